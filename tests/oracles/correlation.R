# Correlations and partial correlations with ties, one pair at a time.
# Rscript tests/oracles/correlation.R
set.seed(8)
n <- 37
d <- data.frame(x = round(rnorm(n), 1), z = round(rnorm(n, 60, 9)), u = rbinom(n, 1, 0.4))
d$y <- round(0.4 * d$x + 0.03 * d$z + rnorm(n), 1)
write.csv(d, "tests/oracles/correlation_input.csv", row.names = FALSE, quote = FALSE)
# the formula of ppcor::pcor.test: correlation of residuals, t with n - 2 - k degrees of freedom
partial <- function(x, y, Z) {
  r <- cor(resid(lm(x ~ Z)), resid(lm(y ~ Z)))
  df <- n - 2 - ncol(Z)
  t <- r * sqrt(df / (1 - r^2))
  c(r, t, 2 * pt(-abs(t), df))
}
plain <- function(method) {
  found <- suppressWarnings(cor.test(d$x, d$y, method = method, exact = FALSE))
  r <- unname(found$estimate)
  c(r, r * sqrt((n - 2) / (1 - r^2)), found$p.value)
}
# dummies are not ranked
rows <- rbind(
  spearman = plain("spearman"),
  pearson = plain("pearson"),
  partial_spearman = partial(rank(d$x), rank(d$y), cbind(rank(d$z), d$u)),
  partial_pearson = partial(d$x, d$y, cbind(d$z, d$u))
)
colnames(rows) <- c("estimate", "statistic", "p_value")
out <- data.frame(kind = rownames(rows), format(rows, digits = 17, trim = TRUE))
write.csv(out, "tests/oracles/correlation.csv", row.names = FALSE, quote = FALSE)
