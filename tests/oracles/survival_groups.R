# Kaplan-Meier, log-rank, Cox and proportional-hazards tests of R survival. Rscript survival_groups.R, in this folder.
suppressMessages(library(survival)); library(jsonlite)
set.seed(7)
n <- 90
d <- data.frame(
  time = ceiling(rexp(n, 0.05)), event = rbinom(n, 1, 0.7),
  group = sample(c("low", "high"), n, TRUE), three = sample(c("a", "b", "c"), n, TRUE),
  age = round(rnorm(n, 60, 8), 2), centre = sample(c("x", "y"), n, TRUE))
d$time[d$group == "low"] <- d$time[d$group == "low"] + 3
write.csv(cbind(patient = sprintf("P%03d", 1:n), d), "survival_groups.csv", row.names = FALSE)
d$group <- factor(d$group, levels = c("low", "high"))
km <- survfit(Surv(time, event) ~ group, d, conf.type = "log-log")
curves <- data.frame(group = rep(sub("group=", "", names(km$strata)), km$strata), time = km$time, survival = km$surv,
  ci_low = km$lower, ci_high = km$upper, at_risk = km$n.risk, events = km$n.event, censored = km$n.censor)
med <- summary(km)$table
flat <- data.frame(time = c(1, 2, 3, 4, 5, 6), event = c(1, 1, 1, 0, 1, 1))   # the curve runs at exactly one half
lr <- function(f) { s <- survdiff(f, d); list(chisq = s$chisq, df = length(s$n) - 1, p = pchisq(s$chisq, length(s$n) - 1, lower.tail = FALSE)) }
cox <- function(f) {
  fit <- coxph(f, d, ties = "efron", control = coxph.control(eps = 1e-11, toler.chol = 1e-13, iter.max = 50))
  s <- summary(fit); z <- cox.zph(fit)
  list(coef = as.list(coef(fit)), se = as.list(setNames(sqrt(diag(vcov(fit))), names(coef(fit)))),
       low = as.list(s$conf.int[, 3]), high = as.list(s$conf.int[, 4]), names = names(coef(fit)),
       p = as.list(s$coefficients[, 5]), score = unname(fit$score),
       zph = as.list(z$table[, 1]), zph_df = as.list(z$table[, 2]), zph_p = as.list(z$table[, 3]))
}
out <- list(
  curves = curves,
  medians = data.frame(group = sub("group=", "", rownames(med)), median = med[, "median"], low = med[, "0.95LCL"], high = med[, "0.95UCL"]),
  flat_median = unname(summary(survfit(Surv(time, event) ~ 1, flat))$table["median"]),
  log_rank = lr(Surv(time, event) ~ group),
  log_rank_three = lr(Surv(time, event) ~ three),
  log_rank_strata = {s <- survdiff(Surv(time, event) ~ group + strata(centre), d); list(chisq = s$chisq, df = 1, p = pchisq(s$chisq, 1, lower.tail = FALSE))},
  cox_group = cox(Surv(time, event) ~ group),
  cox_three = cox(Surv(time, event) ~ three),
  cox_adjusted = cox(Surv(time, event) ~ group + age + strata(centre)),
  cox_age = cox(Surv(time, event) ~ age),
  version = paste(R.version.string, "survival", packageVersion("survival")))
write(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null", pretty = TRUE), "survival_groups.json")
