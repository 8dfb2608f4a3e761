# Two-sided tail of t, on the log scale, where the ordinary p-value underflows.
# Rscript tests/oracles/tails.R
grid <- expand.grid(t = c(0, 1e-3, 0.3, 0.999, 1.001, 2, 5, 10, 30, 100, 1e3, 1e6), df = c(1, 2, 3, 5, 10, 74, 125, 600, 5000))
grid$log_p <- pt(grid$t, grid$df, lower.tail = FALSE, log.p = TRUE) + log(2)
write.csv(format(grid, digits = 17, trim = TRUE), "tests/oracles/tails.csv", row.names = FALSE, quote = FALSE)
