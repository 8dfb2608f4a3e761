# Univariable and multivariable Cox tables, subgroups, a nomogram and its validation. Rscript clinical_cox.R, in this folder.
suppressMessages({library(survival); library(rms); library(jsonlite)})
set.seed(21)
n <- 180
d <- data.frame(
  age = round(rnorm(n, 61, 9), 1), sex = sample(c("female", "male"), n, TRUE),
  grade = sample(c("2", "3", "4"), n, TRUE, c(.3, .3, .4)), size = round(rexp(n, 1 / 20), 2),
  centre = sample(c("x", "y", "z"), n, TRUE))
lp <- .03 * (d$age - 61) + .7 * (d$grade == "4") + .3 * (d$sex == "male") + .01 * d$size
dead <- rexp(n, .03 * exp(lp)); cens <- runif(n, 5, 60)
d$time <- ceiling(pmin(dead, cens)); d$event <- as.integer(dead <= cens)
d$age[c(3, 50, 91)] <- NA; d$grade[c(7, 50)] <- NA
write.csv(cbind(patient = sprintf("P%03d", 1:n), d), "clinical_cox.csv", row.names = FALSE, quote = FALSE, na = "")
d$sex <- factor(d$sex); d$grade <- factor(d$grade)
exact <- coxph.control(eps = 1e-11, toler.chol = 1e-13, iter.max = 50)
model <- function(rhs, data = d) {
  f <- coxph(as.formula(paste("Surv(time, event) ~", rhs)), data, ties = "efron", control = exact)
  s <- summary(f)$coefficients; z <- cox.zph(f); ll <- f$loglik
  terms <- setdiff(attr(terms(f), "term.labels"), grep("strata", attr(terms(f), "term.labels"), value = TRUE))
  lr <- drop1(f, scope = terms, test = "Chisq")
  list(name = I(rownames(s)), coef = I(unname(s[, 1])), se = I(unname(s[, 3])), p = I(unname(s[, 5])), n = f$n, events = f$nevent,
       loglik = ll[2], null = ll[1], term = I(terms), lr = I(lr[terms, "LRT"]), lr_df = I(lr[terms, "Df"] ), lr_p = I(lr[terms, "Pr(>Chi)"]),
       zph_name = I(rownames(z$table)), zph = I(unname(z$table[, 1])), zph_df = I(unname(z$table[, 2])), zph_p = I(unname(z$table[, 3])))
}
full <- "age + sex + grade + size"
cc <- d[complete.cases(d), ]
models <- list(age = model("age", d[!is.na(d$age), ]), sex = model("sex"), grade = model("grade", d[!is.na(d$grade), ]), size = model("size"), full = model(full, cc),
               full_strata = model(paste(full, "+ strata(centre)"), cc), grade_strata = model("grade + strata(centre)", d[!is.na(d$grade), ]))

# ---- subgroups: effect of sex within grade and within age at its median, adjusted for size, strata centre
sub <- function(by, levels, data) {
  plain <- coxph(as.formula(paste("Surv(time, event) ~ sex + size +", by, "+ strata(centre)")), data, control = exact)
  inter <- coxph(as.formula(paste("Surv(time, event) ~ sex *", by, "+ size + strata(centre)")), data, control = exact)
  a <- anova(plain, inter)
  per <- lapply(levels, function(l) { f <- coxph(Surv(time, event) ~ sex + size + strata(centre), data[data[[by]] == l, ], control = exact)
    s <- summary(f)$coefficients; list(level = l, coef = s["sexmale", 1], se = s["sexmale", 3], n = f$n, events = f$nevent) })
  list(levels = per, chisq = a[2, "Chisq"], df = a[2, "Df"], p = a[2, ncol(a)])
}
d$older <- factor(ifelse(d$age > median(d$age, na.rm = TRUE), "older", "younger"), levels = c("younger", "older"))
numeric_inter <- {a <- coxph(Surv(time, event) ~ size + grade, d[!is.na(d$grade), ], control = exact); b <- coxph(Surv(time, event) ~ size * grade, d[!is.na(d$grade), ], control = exact)
  t <- anova(a, b); list(chisq = t[2, "Chisq"], df = t[2, "Df"], p = t[2, ncol(t)])}
subgroups <- list(grade = sub("grade", c("2", "3", "4"), d[!is.na(d$grade), ]), older = sub("older", c("younger", "older"), d[!is.na(d$age), ]),
                  numeric = numeric_inter, median_age = median(d$age, na.rm = TRUE))

# ---- nomogram
dd <- datadist(cc); options(datadist = "dd")
f <- cph(Surv(time, event) ~ age + sex + grade + size, data = cc, x = TRUE, y = TRUE, surv = TRUE, eps = 1e-10, tol = 1e-13)
nom <- nomogram(f, lp = FALSE)
points <- lapply(c("age", "sex", "grade", "size"), function(v) { a <- nom[[v]]
  list(variable = v, value = I(as.character(a[[v]])), points = I(unname(a$points))) })
g <- coxph(Surv(time, event) ~ age + sex + grade + size, cc, control = exact)
new <- data.frame(age = c(40, 61.5, 77), sex = c("male", "female", "male"), grade = c("2", "4", "3"), size = c(3, 15, 60))
s <- summary(survfit(g, newdata = new), times = c(12, 24, 36), extend = TRUE)$surv
gs <- coxph(Surv(time, event) ~ age + sex + grade + size + strata(centre), cc, control = exact)
ss <- sapply(1:3, function(i) summary(survfit(gs, newdata = cbind(new, centre = c("x", "y", "z"))[i, ]), times = c(12, 24, 36), extend = TRUE)$surv)

# ---- validation with given bootstrap samples, by the formulas of rms::validate
B <- 20
index <- matrix(sample(nrow(cc), nrow(cc) * B, TRUE), B)
nagelkerke <- function(lr, l0, n) (1 - exp(-lr / n)) / (1 - exp(2 * l0 / n))
perf <- function(lp, data) { one <- coxph(Surv(time, event) ~ lp, data, control = exact)
  l0 <- one$loglik[1]; fixed <- coxph(Surv(time, event) ~ offset(lp), data)$loglik[1]
  c(concordance = unname(concordance(Surv(time, event) ~ lp, data, reverse = TRUE)$concordance), slope = unname(coef(one)), r2 = nagelkerke(2 * (one$loglik[2] - l0), l0, nrow(data))) }
apparent <- perf(predict(g, cc), cc)
boot <- lapply(1:B, function(b) { data <- cc[index[b, ], ]; fit <- coxph(Surv(time, event) ~ age + sex + grade + size, data, control = exact)
  list(train = perf(predict(fit, data), data), test = perf(predict(fit, cc), cc)) })
train <- rowMeans(sapply(boot, `[[`, "train")); test <- rowMeans(sapply(boot, `[[`, "test"))
set.seed(5)
v <- rms::validate(f, B = 1000, dxy = TRUE)
set.seed(5)
ft <- cph(Surv(time, event) ~ age + sex + grade + size, data = cc, x = TRUE, y = TRUE, surv = TRUE, time.inc = 24)
cal <- rms::calibrate(ft, u = 24, cmethod = "KM", m = 35, B = 500)
out <- list(models = models, subgroups = subgroups,
  nomogram = list(points = points, survival = s, survival_strata = ss, new = new),
  validation = list(index = index - 1, apparent = as.list(apparent), train = as.list(train), test = as.list(test),
    rms = data.frame(measure = rownames(v), unclass(v)[, 1:5])),
  calibration = data.frame(predicted = cal[, "mean.predicted"], n = cal[, "n"], observed = cal[, "KM"], corrected = cal[, "KM.corrected"]),
  version = paste(R.version.string, "survival", packageVersion("survival"), "rms", packageVersion("rms")))
write(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"), "clinical_cox.json")
