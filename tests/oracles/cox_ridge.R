# Ridge Cox paths of glmnet and adjusted score tests of coxph, on the patients of cox_path.csv. Rscript cox_ridge.R, in this folder.
suppressMessages({library(glmnet); library(survival)}); library(jsonlite)
glmnet.control(epsnr = 1e-13, mxitnr = 200)
d <- read.csv("cox_path.csv"); X <- scale(as.matrix(d[, paste0("x", 1:20)]))
pairs <- combn(20, 2); wide <- cbind(X, X[, pairs[1, ]] * X[, pairs[2, ]])   # 210 columns, 80 patients
y <- Surv(d$time, d$event)
path <- function(X, y, ...) {
  fit <- glmnet(X, y, family = "cox", alpha = 0, standardize = FALSE, thresh = 1e-14, maxit = 1e8, nlambda = 12, ...)
  list(lambdas = fit$lambda, coefficients = t(as.matrix(fit$beta)))
}
grid <- c(2, 0.5, 0.1, 0.02)
paths <- list(tall = path(X, y), wide = path(wide, y), given = path(wide, y, lambda = grid),
  factors = path(wide, y, lambda = grid, penalty.factor = c(0, 0, rep(0.5, 100), rep(158 / 108, 108))),
  strata = path(wide, stratifySurv(y, d$centre), lambda = grid[1:3]))   # at 0.02 glmnet does not converge with strata
z2 <- function(j, ties, strata) {
  right <- paste(c("x1", "x2", if (strata) "strata(centre)"), collapse = " + ")
  control <- coxph.control(eps = 1e-14, iter.max = 100)
  base <- coxph(as.formula(paste("Surv(time, event) ~", right)), d, ties = ties, control = control)
  full <- coxph(as.formula(paste("Surv(time, event) ~", right, "+", paste0("x", j))), d, ties = ties,
    init = c(coef(base), 0), control = coxph.control(iter.max = 0))
  full$score
}
tests <- list()
for (ties in c("efron", "breslow")) for (strata in c(FALSE, TRUE))
  tests[[paste0(ties, if (strata) "_strata" else "")]] <- suppressWarnings(sapply(3:20, z2, ties, strata))
write(toJSON(list(paths = paths, tests = tests), digits = NA, auto_unbox = TRUE), "cox_ridge.json")
