# Scores of gene sets per sample.
# Rscript tests/oracles/gsva.R
suppressMessages(library(GSVA))
set.seed(1)
x <- matrix(round(rnorm(80 * 9, 5, 2), 4), 80, 9, dimnames = list(paste0("g", 1:80), paste0("s", 1:9)))
sets <- list(wide = paste0("g", 1:25), narrow = paste0("g", c(3, 9, 20, 31, 44)), pair = paste0("g", c(5, 80)))
write.csv(x, "tests/oracles/gsva_input.csv", quote = FALSE)
ssgsea <- suppressWarnings(gsva(x, sets, method = "ssgsea", ssgsea.norm = FALSE, min.sz = 2, verbose = FALSE))
z <- suppressWarnings(gsva(x, sets, method = "zscore", min.sz = 2, verbose = FALSE))
g <- suppressWarnings(gsva(x, sets, method = "gsva", kcdf = "Gaussian", mx.diff = TRUE, min.sz = 2, verbose = FALSE))
out <- rbind(data.frame(method = "ssgsea", pathway = rownames(ssgsea), format(ssgsea, digits = 17, trim = TRUE)),
             data.frame(method = "zscore", pathway = rownames(z), format(z, digits = 17, trim = TRUE)),
             data.frame(method = "gsva", pathway = rownames(g), format(g, digits = 17, trim = TRUE)))
write.csv(out, "tests/oracles/gsva.csv", row.names = FALSE, quote = FALSE)
