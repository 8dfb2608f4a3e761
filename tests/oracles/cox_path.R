# Penalised Cox paths of glmnet, their unpenalised limit and baseline hazards of survival. Rscript cox_path.R, in this folder.
suppressMessages({library(glmnet); library(survival)}); library(jsonlite)
glmnet.control(epsnr = 1e-13, mxitnr = 200)                    # paths with strata take Newton steps in R
set.seed(11)
n <- 80; p <- 20
X <- matrix(rnorm(n * p), n, p) %*% chol(0.5 ^ abs(outer(1:p, 1:p, "-"))) %*% diag(c(0.1, 3, rep(1, p - 2)))
colnames(X) <- paste0("x", 1:p)
risk <- 4 * X[, 1] - 0.3 * X[, 2] + 0.5 * X[, 5]
time <- ceiling(20 * rexp(n) * exp(-risk)) / 2 + 0.5          # ties in plenty
d <- data.frame(time, event = rbinom(n, 1, 0.75), entry = ifelse(runif(n) < 0.4, round(runif(n) * time, 1) * 0.9, 0),
  centre = sample(c("a", "b", "c"), n, TRUE), weight = sample(c(0.5, 1, 2, 3), n, TRUE))
d <- cbind(d, round(X, 6)); X <- as.matrix(d[, colnames(X)])
write.csv(d, "cox_path.csv", row.names = FALSE)

y <- Surv(d$time, d$event)
path <- function(X, y, ...) {
  fit <- glmnet(X, y, family = "cox", thresh = 1e-14, maxit = 1e7, nlambda = 25, lambda.min.ratio = 0.02, ...)
  list(lambdas = fit$lambda, coefficients = t(as.matrix(fit$beta)), deviance_ratio = fit$dev.ratio, null_deviance = fit$nulldev)
}
factors <- c(0, 0, rep(c(0.5, 1.5), 9)) * p / 18              # sums to p, so that glmnet leaves it alone
pairs <- which(upper.tri(diag(p)), arr.ind = TRUE)
pairs <- pairs[order(pairs[, 1], pairs[, 2]), ]
wide <- cbind(X, X[, pairs[, 1]] * X[, pairs[, 2]])            # 210 columns for 80 patients
by_centre <- stratifySurv(y, d$centre)
paths <- list(lasso = path(X, y), raw = path(X, y, standardize = FALSE), elastic_50 = path(X, y, alpha = 0.5),
  elastic_20 = path(X, y, alpha = 0.2), weighted = path(X, y, weights = d$weight),
  factors = path(X, y, penalty.factor = factors), strata = path(X, by_centre),
  strata_weighted = path(X, by_centre, weights = d$weight, alpha = 0.5),
  weighted_factors = path(X, y, weights = d$weight, penalty.factor = factors, alpha = 0.2),
  strata_factors = path(X, by_centre, penalty.factor = factors), wide = path(wide, y), wide_elastic = path(wide, y, alpha = 0.5),
  wide_weighted = path(wide, y, weights = d$weight), duplicated = path(cbind(X, X[, c(1, 5)]), y),
  duplicated_elastic = path(cbind(X, X[, c(1, 5)]), y, alpha = 0.5))

tight <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 100)
four <- "x1 + x2 + x3 + x4"
limit <- function(left, right, ties, weights = NULL) {
  d$w <- if (is.null(weights)) 1 else weights
  fit <- coxph(as.formula(paste(left, "~", right)), d, weights = w, ties = ties, control = tight)
  base <- basehaz(fit, centered = FALSE)
  list(coefficients = unname(coef(fit)), loglik = fit$loglik, time = base$time, hazard = base$hazard,
    stratum = if (is.null(base$strata)) rep("", nrow(base)) else as.character(base$strata))
}
plain <- "Surv(time, event)"; late <- "Surv(entry, time, event)"; layered <- paste(four, "+ strata(centre)")
limits <- unlist(lapply(c("efron", "breslow"), function(ties) setNames(list(
  limit(plain, four, ties), limit(plain, layered, ties), limit(plain, four, ties, d$weight), limit(late, four, ties),
  limit(late, layered, ties, d$weight)), paste(ties, c("plain", "strata", "weights", "entry", "all"), sep = "_"))), recursive = FALSE)
write(toJSON(list(paths = paths, penalty_factor = factors, limits = limits), digits = NA, auto_unbox = TRUE), "cox_path.json")
