# Tests of classes, categories and survival against numbers, with and without covariates.
# Rscript tests/oracles/pairings.R (from the root of the repository)
suppressMessages({library(survival); library(pROC); library(jsonlite)})
set.seed(8)
n <- 90
d <- data.frame(x1 = rnorm(n), x2 = round(rnorm(n), 1), x3 = rexp(n)^2, age = round(rnorm(n, 60, 9)), z = rnorm(n))
d$x1 <- d$x1 + d$z / 2
d$y <- as.integer(runif(n) < plogis(-0.8 + 0.8 * d$x1 + 0.5 * d$z))
d$mark <- as.integer(runif(n) < 0.3)
d$group <- sample(c("a", "b", "c"), n, TRUE, c(0.3, 0.5, 0.2))
d$other <- sample(c("u", "v", "w"), n, TRUE)
d$centre <- sample(1:2, n, TRUE)
d$time <- ceiling(12 * rexp(n) * exp(-0.5 * d$x1)); d$event <- as.integer(runif(n) < 0.7)
write.csv(format(d, digits = 17, trim = TRUE), "tests/oracles/pairings.csv", row.names = FALSE, quote = FALSE)
xs <- c("x1", "x2", "x3")
each <- function(f) sapply(xs, function(x) f(d[[x]]))
rank_all <- function(v) rank(v)
out <- list(
  wilcox_p = each(function(x) wilcox.test(x[d$y == 1], x[d$y == 0], exact = FALSE, correct = FALSE)$p.value),
  wilcox_w = each(function(x) unname(wilcox.test(x[d$y == 1], x[d$y == 0], exact = FALSE, correct = FALSE)$statistic)),
  delong_se = each(function(x) sqrt(var(roc(d$y, x, direction = "<", quiet = TRUE), method = "delong"))),
  rao_z = each(function(x) {
    r <- rank(x); z <- cbind(rank(d$age), rank(d$z))
    full <- glm(d$y ~ z + r, family = binomial, epsilon = 1e-14); null <- glm(d$y ~ z, family = binomial, epsilon = 1e-14)
    sign(coef(full)["r"]) * sqrt(anova(null, full, test = "Rao")$Rao[2])
  }),
  kruskal = each(function(x) unname(kruskal.test(x, factor(d$group))$statistic)),
  kruskal_p = each(function(x) kruskal.test(x, factor(d$group))$p.value),
  partial_f = each(function(x) {
    full <- lm(rank(x) ~ rank(age) + rank(z) + group, d); null <- lm(rank(x) ~ rank(age) + rank(z), d)
    anova(null, full)$F[2]
  }),
  partial_f_p = each(function(x) {
    full <- lm(rank(x) ~ rank(age) + rank(z) + group, d); null <- lm(rank(x) ~ rank(age) + rank(z), d)
    anova(null, full)$`Pr(>F)`[2]
  }),
  chisq_2x2 = unname(chisq.test(table(d$mark, d$y), correct = FALSE)$statistic),
  chisq_3x3 = unname(chisq.test(table(d$group, d$other), correct = FALSE)$statistic),
  fisher = sapply(2:7, function(k) fisher.test(table(rep(c(0, 1), c(80, 10)), c(rep(0, 60), rep(1, 20), rep(0, 10 - k), rep(1, k))))$p.value),
  pillai = local({
    Y <- model.matrix(~ other, d)[, -1]
    s <- summary(manova(Y ~ rank(age) + rank(z) + group, d))$stats["group", ]
    c(s["Pillai"], s["approx F"], s["Pr(>F)"])
  }),
  cox_score = each(function(x) {
    null <- coxph(Surv(time, event) ~ age + z + strata(centre), d, control = coxph.control(eps = 1e-14))
    full <- coxph(Surv(time, event) ~ age + z + x + strata(centre), d, init = c(coef(null), 0), control = coxph.control(iter.max = 0))
    full$score
  }),
  cox_beta = each(function(x) coef(coxph(Surv(time, event) ~ age + z + scale(x) + strata(centre), d, control = coxph.control(eps = 1e-14)))[3]),
  cox_se = each(function(x) sqrt(vcov(coxph(Surv(time, event) ~ age + z + scale(x) + strata(centre), d, control = coxph.control(eps = 1e-14)))[3, 3])),
  cox_plain = each(function(x) coxph(Surv(time, event) ~ x, d)$score),
  cox_group = local({
    null <- coxph(Surv(time, event) ~ age + z + strata(centre), d, control = coxph.control(eps = 1e-14))
    coxph(Surv(time, event) ~ age + z + group + strata(centre), d, init = c(coef(null), 0, 0), control = coxph.control(iter.max = 0))$score
  }),
  versions = list(R = as.character(getRversion()), survival = as.character(packageVersion("survival")), pROC = as.character(packageVersion("pROC")))
)
write(toJSON(lapply(out, function(v) if (is.numeric(v)) unname(v) else v), digits = NA, auto_unbox = TRUE, pretty = TRUE), "tests/oracles/pairings.json")
