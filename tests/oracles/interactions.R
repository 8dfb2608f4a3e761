# Interactions by R: coxph(y ~ x * sex + Z * sex), lm(y ~ x * sex + Z * sex), HC3 written out, three strata.
# Rscript tests/oracles/interactions.R
suppressMessages({library(survival); library(jsonlite)})
folder <- if (dir.exists("tests/oracles")) "tests/oracles" else "."
set.seed(7)
n <- 150
d <- data.frame(
  sex = sample(c("female", "male"), n, TRUE, c(.4, .6)), site = sample(c("a", "b", "c"), n, TRUE),
  age = round(rnorm(n, 60, 10)), x1 = round(rnorm(n), 3), x2 = round(runif(n)^2, 3), centre = sample(1:2, n, TRUE)
)
d$g1 <- round(.4 * d$x1 + rnorm(n, sd = ifelse(d$sex == "male", 2, 1)), 3)
d$g2 <- round(.5 * d$x2 * (d$site == "b") + rnorm(n), 3)
hazard <- exp(.5 * d$x1 * (d$sex == "male") - .3 * scale(d$x2)[, 1] + .03 * (d$age - 60))
time <- rexp(n) / hazard * 20; censored <- runif(n, 5, 60)
d$time <- ceiling(pmin(time, censored)); d$event <- as.integer(time <= censored)
write.csv(d, file.path(folder, "interactions_input.csv"), row.names = FALSE)

cox <- function(x, variable, baseline, covariates) {
  v <- factor(d[[variable]]); k <- nlevels(v); value <- as.vector(scale(d[[x]]))
  inside <- sapply(levels(v), function(l) as.numeric(v == l))
  z <- if (covariates == "by_stratum") inside * d$age else cbind(d$age)
  if (baseline == "common") z <- cbind(inside[, -1], z)
  layer <- if (baseline == "common") rep(1, n) else as.integer(v)
  strict <- coxph.control(eps = 1e-11, toler.chol = 1e-12, iter.max = 50)
  y <- Surv(d$time, d$event)
  full <- coxph(y ~ cbind(inside * value, z) + strata(layer), control = strict)
  slim <- coxph(y ~ cbind(value, z) + strata(layer), control = strict)
  b <- coef(full)[1:k]; V <- vcov(full)[1:k, 1:k]
  L <- cbind(-1, diag(k - 1))
  # the score test of equal slopes, where all are the common one
  at <- unname(c(rep(coef(slim)[1], k), coef(slim)[-1]))
  score <- coxph(y ~ cbind(inside * value, z) + strata(layer), init = at, control = coxph.control(iter.max = 0))$score
  list(x = x, variable = variable, baseline = baseline, covariates = covariates, slopes = unname(b),
       std_errors = unname(sqrt(diag(V))), difference = as.vector(L %*% b),
       difference_se = sqrt(diag(L %*% V %*% t(L))), ratio = 2 * (full$loglik[2] - slim$loglik[2]), score = score)
}
linear <- function(x, y, variable) {
  d$x <- d[[x]]; d$y <- d[[y]]; d$v <- factor(d[[variable]])
  full <- lm(y ~ x:v + v + age:v, d); slim <- lm(y ~ x + v + age:v, d)
  own <- grep("^x:v|^v.*:x$", names(coef(full)))
  a <- anova(slim, full)
  parts <- lapply(levels(d$v), function(l) lm(y ~ x + age, d[d$v == l, ]))
  hc3 <- sapply(parts, function(m) {
    X <- model.matrix(m); e <- resid(m) / (1 - hatvalues(m)); B <- solve(crossprod(X))
    sqrt((B %*% crossprod(X * e) %*% B)["x", "x"])
  })
  b <- sapply(parts, function(m) coef(m)["x"]); s <- sapply(parts, function(m) sqrt(vcov(m)["x", "x"]))
  free <- sapply(parts, df.residual)
  list(x = x, y = y, variable = variable, slopes = unname(coef(full)[own]), pooled_se = unname(sqrt(diag(vcov(full)))[own]),
       F = a$F[2], p = a$`Pr(>F)`[2], separate = unname(b), separate_se = s, hc3_se = hc3,
       welch_t = unname((b[2] - b[1]) / sqrt(s[1]^2 + s[2]^2)),
       welch_df = (s[1]^2 + s[2]^2)^2 / (s[1]^4 / free[1] + s[2]^4 / free[2]))
}
grid <- expand.grid(x = c("x1", "x2"), variable = c("sex", "site"), baseline = c("by_stratum", "common"),
                    covariates = c("by_stratum", "common"), stringsAsFactors = FALSE)
d$z1 <- as.vector(scale(d$x1))
star <- summary(coxph(Surv(time, event) ~ z1 * sex + age * sex, d))$coefficients["z1:sexmale", ]
line <- summary(lm(g1 ~ x1 * sex + age * sex, d))$coefficients["x1:sexmale", ]
out <- list(star = list(coxph = unname(star[c(1, 3)]), lm = unname(line)),
cox = lapply(seq_len(nrow(grid)), function(i) do.call(cox, as.list(grid[i, ]))),
            lm = list(linear("x1", "g1", "sex"), linear("x2", "g2", "sex"), linear("x2", "g2", "site")))
write_json(out, file.path(folder, "interactions.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
