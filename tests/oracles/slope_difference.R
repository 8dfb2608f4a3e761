# Difference of slopes between two groups, each fitted on its own.
# Rscript tests/oracles/slope_difference.R
set.seed(3)
n <- 46
age <- round(rnorm(n, 60, 9), 2); site <- sample(c("a", "b"), n, TRUE)
sex <- rep(c("female", "male"), c(28, 18)); score <- round(rnorm(n) + 0.05 * age, 4)
genes <- round(matrix(rnorm(n * 6), n) * ifelse(sex == "male", 2, 1) + outer(score * (sex == "male"), 0:5 / 4) + age / 20, 4)
colnames(genes) <- paste0("g", 1:6)
write.csv(data.frame(age, site, sex, score, genes), "tests/oracles/slope_difference_input.csv", row.names = FALSE, quote = FALSE)
rows <- lapply(1:6, function(j) {
  s <- lapply(c("female", "male"), function(k) {
    fit <- lm(genes[, j] ~ score + age + site, subset = sex == k)
    c(coef(summary(fit))["score", 1:2], fit$df.residual) })
  b <- s[[2]][1] - s[[1]][1]; v <- c(s[[1]][2], s[[2]][2])^2; d <- c(s[[1]][3], s[[2]][3])
  se <- sqrt(sum(v)); df <- sum(v)^2 / sum(v^2 / d)
  data.frame(gene = colnames(genes)[j], slope_1 = s[[1]][1], slope_2 = s[[2]][1], estimate = b, std_error = se,
             ci_low = b - qt(0.975, df) * se, ci_high = b + qt(0.975, df) * se, statistic = b / se, df = df,
             p_value = 2 * pt(-abs(b / se), df)) })
write.csv(format(do.call(rbind, rows), digits = 16, trim = TRUE), "tests/oracles/slope_difference.csv", row.names = FALSE, quote = FALSE)
