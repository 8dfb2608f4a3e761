# Cross-validated grouped deviance of cv.glmnet with folds and lambdas given. Rscript cox_cv.R, in this folder.
suppressMessages({library(glmnet); library(survival)}); library(jsonlite)
glmnet.control(epsnr = 1e-13, mxitnr = 200)                    # paths with strata take Newton steps in R
set.seed(12)
n <- 130; q <- 24
X <- round(matrix(rnorm(n * q), n, q) %*% chol(0.5 ^ abs(outer(1:q, 1:q, "-"))), 4)
colnames(X) <- paste0("x", 1:q)
risk <- 0.8 * X[, 1] - 0.6 * X[, 5] + 0.5 * X[, 2] * X[, 3]
death <- rexp(n) * exp(-risk); late <- rexp(n) / 2
d <- data.frame(time = round(pmin(death, late), 6), tied = ceiling(15 * pmin(death, late)) / 2, event = as.integer(death <= late),
  centre = sample(1:3, n, TRUE), fold = sample(rep(1:10, length.out = n)), small_fold = rep(NA, n))
d$small_fold[61:120] <- sample(rep(1:5, 12))
stopifnot(!anyDuplicated(d$time))
d <- cbind(d, X)
write.csv(d, "cox_cv.csv", row.names = FALSE, na = "")

pairs <- which(upper.tri(diag(q)), arr.ind = TRUE)
pairs <- pairs[order(pairs[, 1], pairs[, 2]), ]
wide <- cbind(X, X[, pairs[, 1]] * X[, pairs[, 2]])            # 300 columns
curve <- function(rows, p, time, fold, strata = NULL, n_lambdas = 30, ...) {
  x <- wide[rows, 1:p]; y <- Surv(time[rows], d$event[rows])
  if (!is.null(strata)) y <- stratifySurv(y, strata[rows])
  top <- glmnet(x, y, family = "cox", nlambda = 10, lambda.min.ratio = 0.5, ...)$lambda[1]
  lambda <- top * 0.05 ^ (seq(0, n_lambdas - 1) / (n_lambdas - 1))
  fit <- cv.glmnet(x, y, family = "cox", type.measure = "deviance", grouped = TRUE, foldid = fold[rows], lambda = lambda,
    thresh = 1e-14, maxit = 1e8, ...)
  list(lambdas = lambda, deviance = fit$cvm, error = fit$cvsd, best = which.min(fit$cvm))
}
all <- 1:n; few <- 61:120
half <- rep(c(0, 0.5, 1.5), c(4, 16, 20)) * 40 / 38            # sums to p, so that glmnet leaves it alone
found <- list(small = curve(few, 40, d$time, d$small_fold), wide = curve(all, 300, d$time, d$fold),
  wide_elastic = curve(all, 300, d$time, d$fold, alpha = 0.5), tied = curve(all, 300, d$tied, d$fold),
  factors = curve(all, 40, d$time, d$fold, penalty.factor = half), raw = curve(all, 40, d$time, d$fold, standardize = FALSE),
  strata = curve(all, 40, d$time, d$fold, strata = d$centre, n_lambdas = 12))
write(toJSON(list(curves = found, penalty_factor = half), digits = 12, auto_unbox = TRUE), "cox_cv.json")
