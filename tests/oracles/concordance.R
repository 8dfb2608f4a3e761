# Counts of concordant pairs by R survival. Rscript concordance.R, in this folder.
library(survival); library(jsonlite)
set.seed(5)
n <- 70
d <- data.frame(time = ceiling(rexp(n, 0.08)), event = rbinom(n, 1, 0.6), score = round(rnorm(n), 1),
  other = sample(0:3, n, TRUE), fold = sample(1:4, n, TRUE), centre = sample(c("x", "y"), n, TRUE),
  weight = sample(c(1, 2, 3), n, TRUE))
write.csv(d, "concordance.csv", row.names = FALSE)
counts <- function(formula, weight = rep(1, n)) {
  d$w <- weight
  environment(formula) <- environment()
  found <- concordance(formula, d, weights = w, reverse = TRUE)$count
  if (is.matrix(found)) found <- colSums(found)
  as.list(found[c("concordant", "discordant", "tied.x")])
}
write(toJSON(list(plain = counts(Surv(time, event) ~ score), other = counts(Surv(time, event) ~ other),
  weighted = counts(Surv(time, event) ~ other, d$weight), cells = counts(Surv(time, event) ~ other + strata(fold, centre))),
  digits = NA, auto_unbox = TRUE), "concordance.json")
