# Pooling by metafor: fixed effect, DerSimonian-Laird, REML; Knapp-Hartung, confint, predict, leave1out.
# Rscript tests/oracles/pooling.R
suppressMessages({library(metafor); library(jsonlite)})
folder <- if (dir.exists("tests/oracles")) "tests/oracles" else "."
set.seed(3)
rows <- list(
  many = list(y = c(.61, .12, .43, .95, -.2, .33), v = c(.04, .09, .02, .15, .06, .05)),
  alike = list(y = c(.31, .28, .35, .30, .33), v = c(.05, .08, .04, .1, .06)),
  apart = list(y = rnorm(9, 0, 1), v = runif(9, .01, .1)),
  two = list(y = c(.2, .9), v = c(.05, .1))
)
strict <- list(threshold = 1e-14, maxiter = 10000)
of <- function(m) {
  p <- predict(m)
  list(estimate = m$beta[1], se = m$se, low = m$ci.lb, high = m$ci.ub, statistic = m$zval, p = m$pval, Q = m$QE, Qp = m$QEp,
       I2 = m$I2, tau2 = m$tau2, pi_low = p$pi.lb, pi_high = p$pi.ub)
}
one <- function(d) {
  fits <- list(fixed = rma(d$y, d$v, method = "EE"))
  if (length(d$y) >= 5) {
    for (test in c("z", "knha", "adhoc")) {
      fits[[paste0("dl_", test)]] <- rma(d$y, d$v, method = "DL", test = test, control = strict)
      fits[[paste0("reml_", test)]] <- rma(d$y, d$v, method = "REML", test = test, control = strict)
    }
  }
  out <- lapply(fits, of)
  if (length(d$y) >= 5) {
    m <- fits$reml_z
    ci <- confint(m, control = list(tol = 1e-13, maxiter = 10000))$random
    left <- leave1out(m)
    plain <- leave1out(fits$fixed)
    out$confint <- list(tau2 = ci["tau^2", ], I2 = ci["I^2(%)", ])
    out$leave_reml <- list(estimate = left$estimate, se = left$se, tau2 = left$tau2, Q = left$Q, I2 = left$I2)
    out$leave_fixed <- list(estimate = plain$estimate, se = plain$se, Q = plain$Q)
  }
  c(d, out)
}
write_json(lapply(rows, one), file.path(folder, "pooling.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
