# Restandardised maxmean of R GSA. Rscript tests/oracles/maxmean.R   (from the root of the repository)
# writes tests/oracles/maxmean.csv (gene, gene score, membership of three sets) and maxmean_scores.csv (score of each set).
suppressMessages(library(GSA))
set.seed(1)
p <- 200; n <- 30
x <- matrix(rnorm(p * n), p); y <- rnorm(n)
x[1:25, ] <- x[1:25, ] + outer(rep(0.5, 25), y)
names <- paste0("g", 1:p)
sets <- list(rising = names[1:25], mixed = names[c(20:40, 100:110)], few = names[c(3, 77, 150)])
found <- GSA.func(x, y, sets, names, method = "maxmean", resp.type = "Quantitative", minsize = 2, restand = TRUE, s0.perc = -1,
  restand.basis = "data")
told <- data.frame(gene = names, score = found$gene.scores, sapply(sets, function(s) as.integer(names %in% s)))
write.csv(format(told, digits = 17), "tests/oracles/maxmean.csv", row.names = FALSE, quote = FALSE)
write.csv(data.frame(pathway = names(sets), score = format(found$scores, digits = 17)),
  "tests/oracles/maxmean_scores.csv", row.names = FALSE, quote = FALSE)
