# Inverse-probability weights by glm, weighted coxph with robust variance, weighted survfit with intervals, standardised
# differences.
# Rscript tests/oracles/weighting.R
suppressMessages({library(survival); library(jsonlite)})
folder <- if (dir.exists("tests/oracles")) "tests/oracles" else "."
set.seed(11)
n <- 140
d <- data.frame(age = round(rnorm(n, 60, 10)), stage = sample(c("I", "II", "III"), n, TRUE), idh = rbinom(n, 1, .3))
d$sex <- ifelse(runif(n) < plogis(.06 * (d$age - 60) + .5 * (d$stage == "III")), "male", "female")
time <- rexp(n) / exp(.04 * (d$age - 60) + .4 * d$idh) * 20; censored <- runif(n, 5, 60)
d$time <- ceiling(pmin(time, censored)); d$event <- as.integer(time <= censored)
write.csv(d, file.path(folder, "weighting_input.csv"), row.names = FALSE)

male <- as.integer(d$sex == "male")
g <- glm(male ~ age + stage + idh, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100))
p <- fitted(g)
w <- ifelse(male == 1, mean(male) / p, mean(1 - male) / (1 - p))
limits <- quantile(w, c(.05, .95))
cut <- pmin(pmax(w, limits[1]), limits[2])
cox <- function(w, robust = TRUE) {
  m <- coxph(Surv(time, event) ~ male, d, weights = w, robust = robust, control = coxph.control(eps = 1e-11))
  s <- summary(m)$coefficients
  list(estimate = s[1, "coef"], model_se = s[1, "se(coef)"], robust_se = if (robust) s[1, "robust se"] else NULL)
}
km <- summary(survfit(Surv(time, event) ~ male, d, weights = w), times = c(5, 10, 20))
# without robust = TRUE std.err is that of log survival, with it that of survival
curves <- function(k) {
  part <- d[male == k, ]; part$w <- w[male == k]; part$id <- seq_len(nrow(part))
  told <- function(f) list(time = f$time, surv = f$surv, std_error = if (f$logse) f$std.err else f$std.err / f$surv,
    lower = f$lower, upper = f$upper, at_risk = f$n.risk)
  list(plain = told(survfit(Surv(time, event) ~ 1, part, conf.type = "log-log", conf.int = .9)),
    weighted = told(survfit(Surv(time, event) ~ 1, part, weights = w, robust = TRUE, id = id, conf.type = "log-log",
      conf.int = .9)))
}
# Austin 2009, Austin & Stuart 2015: weighted means and variances; Yang & Dalton 2012 for several levels
smd <- function(x, w) {
  side <- function(k) {
    u <- w[male == k]; v <- x[male == k]; m <- sum(u * v) / sum(u)
    binary <- all(x %in% 0:1)
    c(m, if (binary) m * (1 - m) else sum(u) / (sum(u)^2 - sum(u^2)) * sum(u * (v - m)^2))
  }
  a <- side(0); b <- side(1)
  (b[1] - a[1]) / sqrt((a[2] + b[2]) / 2)
}
several <- function(w) {
  T <- sapply(c("II", "III"), function(l) as.numeric(d$stage == l))
  side <- function(k) { u <- w[male == k]; colSums(T[male == k, ] * u) / sum(u) }
  a <- side(0); b <- side(1); S <- (diag(a) - a %o% a + diag(b) - b %o% b) / 2
  sqrt(drop((b - a) %*% solve(S) %*% (b - a)))
}
one <- rep(1, n)
out <- list(coef = unname(coef(g)), se = unname(sqrt(diag(vcov(g)))), weight = unname(w), ess = unname(tapply(w, male, function(u) sum(u)^2 / sum(u^2))),
  plain = cox(one), weighted = cox(w), truncated = cox(cut), survival = km$surv, strata = as.character(km$strata), times = km$time,
  curves = list(female = curves(0), male = curves(1)),
  before = list(age = smd(d$age, one), idh = smd(d$idh, one), stage = several(one)),
  after = list(age = smd(d$age, w), idh = smd(d$idh, w), stage = several(w)))
# ties, strata and two columns
m <- coxph(Surv(time, event) ~ male + age + strata(stage), d, weights = w, robust = TRUE, control = coxph.control(eps = 1e-11))
out$two <- list(coef = unname(coef(m)), robust = unname(m$var), model = unname(m$naive.var))
write_json(out, file.path(folder, "weighting.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE, na = "null")
