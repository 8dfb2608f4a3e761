# Maximally selected log-rank statistics of R maxstat. Rscript maxstat.R, in this folder.
suppressMessages({library(survival); library(maxstat); library(mvtnorm)}); library(jsonlite)
set.seed(11)
make <- function(name, n, digits_time, digits_x, effect) {
  x <- round(rnorm(n), digits_x)
  t <- rexp(n, 0.05 * exp(effect * (x > 0.3))); c <- runif(n, 5, 60)
  data.frame(case = name, x = x, time = round(pmin(t, c), digits_time) + 10^-digits_time, event = as.integer(t <= c))
}
d <- rbind(make("plain", 60, 6, 8, 0.9), make("noise", 45, 6, 8, 0), make("tied_times", 80, 0, 8, 1.1),
           make("tied_values", 70, 6, 0, 0.7), make("both", 130, 0, 1, 0.5))
write.csv(d, "maxstat.csv", row.names = FALSE)
one <- function(s) {
  f <- function(method, ...) maxstat.test(Surv(time, event) ~ x, data = s, smethod = "LogRank", pmethod = method, ...)
  plain <- f("Lau94"); hl <- f("HL"); set.seed(1)
  list(scores = as.numeric(exactRankTests::cscores(Surv(s$time, s$event), type = "LogRank")),
       statistic = unname(plain$statistic), cut = unname(plain$estimate), cuts = plain$cuts, statistics = plain$stats,
       lau94 = plain$p.value, lau92 = unname(f("Lau92")$p.value), hl = hl$p.value, hl_statistic = unname(hl$statistic),
       exact_gauss = f("exactGauss", abseps = 1e-6, maxpts = 1e6)$p.value[1],
       monte_carlo = f("condMC", B = 99999)$p.value, wide = unname(f("Lau92", minprop = 0.25, maxprop = 0.75)$p.value),
       wide_cut = unname(f("Lau92", minprop = 0.25, maxprop = 0.75)$estimate))
}
out <- lapply(split(d, d$case), one)
out$version <- paste(R.version.string, "maxstat", packageVersion("maxstat"))
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "maxstat.json")
