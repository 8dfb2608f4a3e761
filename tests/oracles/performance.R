# Performance of predictions by R survival, riskRegression, pec and rms. Rscript performance.R, in this folder.
suppressMessages({library(survival); library(riskRegression); library(pec); library(rms); library(jsonlite)})
set.seed(12)
n <- 120
x <- rnorm(n); z <- rnorm(n)
death <- rexp(n, 0.002 * exp(0.8 * x + 0.5 * z)); lost <- runif(n, 50, 1500)
d <- data.frame(day = round(pmin(death, lost), 3), event = as.integer(death <= lost), score = round(0.8 * x + 0.5 * z, 6),
  coarse = round(x, 0), clinical = round(0.5 * z + rnorm(n, 0, 0.3), 6), fold = sample(1:3, n, TRUE))
d$week <- ceiling(d$day / 30)  # many ties of deaths and losses
write.csv(d, "performance.csv", row.names = FALSE)
stopifnot(!anyDuplicated(d$day))

uno <- function(time, score, tau) {
  concordance(Surv(time, d$event) ~ score, timewt = "n/G2", ymax = tau, reverse = TRUE)$concordance
}
out <- list(uno = list(day = uno(d$day, d$score, 900), day_coarse = uno(d$day, d$coarse, 900),
  day_all = uno(d$day, d$score, 1500), week = uno(d$week, d$score, 30), week_coarse = uno(d$week, d$coarse, 30)))

# absolute risks from exponential models with rates chosen by hand
rate <- 0.0018
survival_of <- function(lp, times) exp(-outer(rate * exp(lp), times))
scored <- function(time, times, metrics, unit = 1, ...) {
  risks <- list(score = 1 - survival_of(d$score, times * unit), coarse = 1 - survival_of(0.5 * d$coarse, times * unit))
  frame <- data.frame(time = time, event = d$event)
  suppressWarnings(Score(risks, formula = Surv(time, event) ~ 1, data = frame, times = times, metrics = metrics, se.fit = FALSE,
    cens.model = "km", null.model = TRUE, ...))
}
tell <- function(table, column) {
  found <- as.data.frame(table)
  split(found[[column]], as.character(found$model))
}
for (unit in c("day", "week")) {
  times <- if (unit == "day") c(200, 400, 900) else c(7, 14, 30)
  s <- scored(d[[unit]], times, c("auc", "brier"), if (unit == "day") 1 else 30)
  out[[unit]] <- list(times = times, auc = tell(s$AUC$score, "AUC"), brier = tell(s$Brier$score, "Brier"))
}
grid <- sort(unique(d$day[d$day <= 900])); grid <- unique(c(grid, 900))
s <- scored(d$day, grid, "brier", summary = "ibs")
brier <- as.data.frame(s$Brier$score)
out$ibs <- list(grid = grid, ibs = tapply(brier$IBS, as.character(brier$model), tail, 1))
out$ibs$ibs <- as.list(out$ibs$ibs)
pe <- suppressWarnings(pec(list(score = survival_of(d$score, c(0, grid))), Surv(day, event) ~ 1, data = d, times = c(0, grid), exact = FALSE,
  cens.model = "marginal", reference = TRUE))
out$pec <- list(brier = as.numeric(pe$AppErr$score[-1]), crps = as.list(crps(pe, times = 900)[, 1]))

# the censoring distribution just before each patient's own time: R breaks ties by taking deaths first
before <- function(time) {
  g <- survfit(Surv(time + 1e-4 * (d$event == 0), d$event == 0) ~ 1)  # losses a little later, before the next time
  steps <- stepfun(g$time, c(1, g$surv))
  steps(time - 1e-6)
}
out$before <- list(day = before(d$day), week = before(d$week))
# calibration
slope <- coxph(Surv(week, event) ~ score + strata(fold), data = d, ties = "efron")
out$slope <- list(estimate = unname(coef(slope)), std_error = sqrt(vcov(slope)[1, 1]))
for (unit in c("day", "week")) {
  at <- if (unit == "day") 400 else 14
  risk <- 1 - survival_of(d$score, 400)[, 1]
  d$cll <- log(-log(1 - risk)); d$time <- d[[unit]]
  knots <- quantile(d$cll, c(0.1, 0.5, 0.9))
  basis <- rcspline.eval(d$cll, knots = knots, inclx = TRUE)
  d$b1 <- basis[, 1]; d$b2 <- basis[, 2]
  fit <- coxph(Surv(time, event) ~ b1 + b2, data = d, ties = "efron", eps = 1e-12, toler.chol = 1e-13)
  grid_risk <- quantile(risk, c(0.1, 0.3, 0.5, 0.7, 0.9))
  asked <- rcspline.eval(log(-log(1 - grid_risk)), knots = knots, inclx = TRUE)
  f <- summary(survfit(fit, newdata = data.frame(b1 = asked[, 1], b2 = asked[, 2]), stype = 2, ctype = 1, conf.type = "log-log"),
    times = at)
  every <- summary(survfit(fit, newdata = d, stype = 2, ctype = 1), times = at)
  apart <- abs(1 - as.numeric(every$surv) - risk)
  groups <- cut(risk, c(-Inf, quantile(risk, 1:4 / 5), Inf), labels = FALSE)
  km <- lapply(1:5, function(k) summary(survfit(Surv(time, event) ~ 1, data = d[groups == k, ], conf.type = "log-log"), times = at))
  out$calibration[[unit]] <- list(at = at, risk = unname(grid_risk), observed = as.numeric(1 - f$surv), low = as.numeric(1 - f$upper), high = as.numeric(1 - f$lower),
    ici = mean(apart), e50 = unname(quantile(apart, 0.5)), e90 = unname(quantile(apart, 0.9)),
    groups = list(n = as.numeric(table(groups)), predicted = as.numeric(tapply(risk, groups, mean)),
      observed = sapply(km, function(k) 1 - k$surv), low = sapply(km, function(k) 1 - k$upper), high = sapply(km, function(k) 1 - k$lower)))
}

# decision curve: the formula of Vickers et al. 2008 and of R stdca
risk <- 1 - survival_of(d$score, 400)[, 1]
thresholds <- c(0.1, 0.3, 0.5, 0.7)
out$decision <- list(thresholds = thresholds, net_benefit = sapply(thresholds, function(h) {
  treated <- risk >= h
  s <- summary(survfit(Surv(day, event) ~ 1, data = d[treated, ]), times = 400)$surv
  mean(treated) * ((1 - s) - s * h / (1 - h))
}))

# likelihood-ratio test of the score beside the clinical model, stratified
small <- coxph(Surv(week, event) ~ clinical + strata(fold), data = d); big <- update(small, . ~ . + score)
out$likelihood_ratio <- list(statistic = 2 * (big$loglik[2] - small$loglik[2]), p = anova(small, big)[2, "Pr(>|Chi|)"])
write(toJSON(out, digits = NA, auto_unbox = TRUE), "performance.json")
