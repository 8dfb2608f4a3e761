# Maps of several columns: slopes and standard errors by limma, correlations by WGCNA, q-values by qvalue.
# Rscript tests/oracles/association.R
suppressMessages({library(limma); library(WGCNA); library(qvalue)})
set.seed(21)
n <- 45
X <- matrix(rnorm(n * 6), n, dimnames = list(NULL, paste0("f", 1:6)))
Y <- matrix(rnorm(n * 40), n, dimnames = list(NULL, paste0("g", 1:40)))
Y[, 1:15] <- Y[, 1:15] + 0.7 * X[, 1]
Z <- data.frame(age = round(rnorm(n, 60, 9)), grade = rbinom(n, 1, 0.5))
write.csv(cbind(X, Y, Z), "tests/oracles/association_input.csv", row.names = FALSE, quote = FALSE)
holes <- X
holes[1:6, 2] <- NA
rows <- list()
for (i in 1:6) {
  fit <- lmFit(t(Y), model.matrix(~ X[, i] + Z$age + Z$grade))
  error <- fit$stdev.unscaled[, 2] * fit$sigma
  t <- fit$coefficients[, 2] / error
  rows[[i]] <- data.frame(feature = colnames(X)[i], gene = colnames(Y), slope = fit$coefficients[, 2],
                          slope_error = error, slope_p = 2 * pt(-abs(t), fit$df.residual))
}
table <- do.call(rbind, rows)
plain <- corAndPvalue(holes, Y)
table$r <- as.vector(t(plain$cor))
table$r_p <- as.vector(t(plain$p))
table$n <- as.vector(t(plain$nObs))
table$q <- qvalue(table$r_p, pi0.method = "bootstrap")$qvalues
table$pi0 <- qvalue(table$r_p, pi0.method = "bootstrap")$pi0
for (m in c("BH", "BY", "holm")) table[[tolower(m)]] <- p.adjust(table$r_p, m)
numbers <- sapply(table, is.numeric)
table[numbers] <- lapply(table[numbers], function(v) format(v, digits = 17, trim = TRUE))
write.csv(table, "tests/oracles/association.csv", row.names = FALSE, quote = FALSE)
