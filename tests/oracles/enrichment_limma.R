# Moderated t, camera, roast (mean) and fry of limma for a two-group and a continuous value given a covariate.
# Rscript tests/oracles/enrichment_limma.R   (from the repository's root)
suppressMessages({library(limma); library(jsonlite)})
set.seed(11)
n <- 20; genes <- 90
value <- rnorm(n); group <- rep(0:1, c(8, 12)); age <- rnorm(n) + group
shared <- rnorm(n)
y <- matrix(rnorm(genes * n), genes) * sqrt(4 / rchisq(genes, 4))
y[1:12, ] <- y[1:12, ] + outer(runif(12, 0.2, 0.8), value)
y[13:30, ] <- y[13:30, ] + outer(rep(1, 18), shared)
y[31:40, ] <- y[31:40, ] + outer(rep(0.7, 10), group)
rownames(y) <- paste0("G", 0:(genes - 1))
sets <- list(driven = 1:12, shared = 13:30, grouped = 31:40, mixed = c(5:9, 50:62), plain = 63:88)
write.csv(cbind(value = value, group = group, age = age, t(y)), "tests/oracles/enrichment_limma_input.csv", row.names = FALSE)
answer <- list(sets = lapply(sets, function(s) s - 1))
for (name in c("value", "group")) {
  design <- cbind(1, age, get(name))
  fit <- eBayes(lmFit(y, design))
  both <- lapply(list(estimated = NA, fixed = 0.01), function(cor)
    camera(y, sets, design, inter.gene.cor = cor, sort = FALSE))
  set.seed(5)
  roast <- mroast(y, sets, design, set.statistic = "mean", nrot = 99999, sort = "none")
  fried <- fry(y, sets, design, standardize = "none", sort = "none")
  answer[[name]] <- list(
    t = unname(fit$t[, 3]), df_prior = fit$df.prior, variance_prior = fit$s2.prior,
    z = unname(zscoreT(fit$t[, 3], df = min(fit$df.total[1], genes * fit$df.residual[1]), approx = TRUE, method = "hill")),
    camera_estimated = both$estimated$PValue, correlation = both$estimated$Correlation,
    camera_fixed = both$fixed$PValue, roast = roast$PValue, roast_direction = roast$Direction, fry = fried$PValue)
}
write_json(answer, "tests/oracles/enrichment_limma.json", digits = 16, auto_unbox = TRUE)
cat(R.version.string, "limma", as.character(packageVersion("limma")), "\n")
