# Trend, landmark survival, restricted means and adjusted curves of R survival and riskRegression.
# Rscript survival_comparison.R, in this folder; reads survival_groups.csv.
suppressMessages({library(survival); library(riskRegression)}); library(jsonlite)
d <- read.csv("survival_groups.csv"); d$code <- as.integer(factor(d$three)) - 1
trend <- function(f) coxph(f, d, ties = "exact")$score
sd3 <- survdiff(Surv(time, event) ~ three, d); w <- 0:2
formula_trend <- sum(w * (sd3$obs - sd3$exp))^2 / c(t(w) %*% sd3$var %*% w)
times <- c(5, 10, 20); tau <- 30
km <- survfit(Surv(time, event) ~ three, d, conf.type = "log-log")
at <- summary(km, times = times, extend = TRUE)
land <- data.frame(group = sub("three=", "", at$strata), time = at$time, survival = at$surv, low = at$lower, high = at$upper,
  at_risk = at$n.risk)
rm <- summary(km, rmean = tau)$table
# untied times: Efron's and Breslow's baseline are the same
set.seed(3)
u <- d; u$time <- u$time + runif(nrow(u), -0.4, 0.4); u$group <- factor(u$group, levels = c("low", "high"))
fit <- coxph(Surv(time, event) ~ age + strata(group), u, x = TRUE, y = TRUE, ties = "efron",
  control = coxph.control(eps = 1e-11, toler.chol = 1e-13, iter.max = 50))
g <- ate(fit, data = u, treatment = "group", times = times, estimator = "G-formula", se = TRUE, verbose = FALSE)
m <- as.data.frame(g$meanRisk); r <- as.data.frame(g$diffRisk)
# with ties: the average of survfit's own predictions
tied <- d; tied$group <- factor(tied$group, levels = c("low", "high"))
ft <- coxph(Surv(time, event) ~ age + strata(group), tied, ties = "efron",
  control = coxph.control(eps = 1e-11, toler.chol = 1e-13, iter.max = 50))
average <- function(level) {
  new <- tied; new$group <- factor(level, levels = c("low", "high"))
  rowMeans(sapply(seq_len(nrow(new)), function(i) summary(survfit(ft, newdata = new[i, ]), times = times, extend = TRUE)$surv))
}
out <- list(trend_exact = unname(trend(Surv(time, event) ~ code)), trend_formula = formula_trend,
  trend_strata = unname(trend(Surv(time, event) ~ code + strata(centre))),
  times = times, tau = tau, landmarks = land,
  rmst = data.frame(group = sub("three=", "", rownames(rm)), mean = rm[, "rmean"], se = rm[, "se(rmean)"]),
  untied = u[, c("patient", "time", "event", "group", "age")],
  adjusted = m[, intersect(c("treatment", "time", "estimate", "se"), names(m))],
  adjusted_difference = r[, intersect(c("A", "B", "time", "estimate", "se"), names(r))],
  adjusted_tied = list(low = average("low"), high = average("high")),
  version = paste(R.version.string, "survival", packageVersion("survival"), "riskRegression", packageVersion("riskRegression")))
write(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null", pretty = TRUE), "survival_comparison.json")
