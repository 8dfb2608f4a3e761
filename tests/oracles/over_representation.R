# Over-representation: hypergeometric tail, Fisher's conditional odds ratio and exact interval.
# Rscript tests/oracles/over_representation.R
set.seed(5)
N <- c(rep(200, 12), rep(20000, 12)); n <- c(rep(30, 12), rep(400, 12))
K <- c(5, 5, 10, 10, 40, 40, 100, 100, 180, 180, 30, 2, 10, 15, 50, 50, 100, 200, 200, 500, 500, 500, 2, 2)
k <- c(0, 5, 1, 4, 6, 12, 15, 22, 27, 30, 30, 1, 0, 3, 1, 12, 30, 4, 60, 10, 40, 150, 2, 1)
rows <- t(mapply(function(k, K, n, N) {
  f <- fisher.test(matrix(c(k, K - k, n - k, N - K - n + k), 2))
  c(k, K, n, N, phyper(k - 1, K, N - K, n, lower.tail = FALSE), f$estimate, f$conf.int) }, k, K, n, N))
colnames(rows) <- c("k", "K", "n", "N", "p_value", "odds_ratio", "ci_low", "ci_high")
write.csv(format(as.data.frame(rows), digits = 16, trim = TRUE), "tests/oracles/over_representation.csv", row.names = FALSE, quote = FALSE)
