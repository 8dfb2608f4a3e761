# Rscript tests/oracles/by_stratum.R : heterogeneity of estimates of strata by metafor, Welch's test, Cox models per stratum
suppressMessages({library(metafor); library(survival); library(jsonlite)})
here <- "tests/oracles/"
effect <- rbind(c(0.10, 0.55, -0.20, 0.31), c(1.2, 1.1, 0.9, 1.3), c(-0.4, 0.6, NA, NA), c(0.05, NA, 0.45, 0.70))
error <- rbind(c(0.21, 0.33, 0.18, 0.40), c(0.15, 0.12, 0.30, 0.22), c(0.25, 0.31, NA, NA), c(0.11, NA, 0.16, 0.29))
fits <- lapply(seq_len(nrow(effect)), function(i) {
  known <- is.finite(effect[i, ])
  fit <- rma(yi = effect[i, known], sei = error[i, known], method = "EE")
  # the strata as a moderator of their own: QM tests that all are equal
  group <- factor(which(known))
  moderated <- rma(yi = effect[i, known], sei = error[i, known], mods = ~ group, method = "FE")
  list(QE = fit$QE, QEp = fit$QEp, QM = moderated$QM, QMp = moderated$QMp)
})

set.seed(7)
n <- 150
frame <- data.frame(sex = sample(c("female", "male"), n, TRUE, c(0.35, 0.65)), age = round(rnorm(n, 60, 10), 1),
                    feature = round(rnorm(n), 4))
slope <- ifelse(frame$sex == "male", 0.6, 0.1)
frame$time <- round(rexp(n, 0.05 * exp(slope * frame$feature + 0.02 * (frame$age - 60))), 2) + 0.01
frame$event <- as.integer(runif(n) < 0.75)
frame$gene <- round(ifelse(frame$sex == "male", 0.8, 0.2) * frame$feature + rnorm(n, sd = ifelse(frame$sex == "male", 2, 1)), 4)
frame <- cbind(patient = sprintf("P%03d", seq_len(n)), frame)
write.csv(frame, paste0(here, "by_stratum.csv"), row.names = FALSE, quote = FALSE)
cox <- lapply(split(frame, frame$sex), function(part) {
  fit <- coxph(Surv(time, event) ~ feature + age, data = part, ties = "efron")
  list(effect = unname(coef(fit)[1]), error = unname(sqrt(vcov(fit)[1, 1])))
})
pooled <- rma(yi = sapply(cox, `[[`, "effect"), sei = sapply(cox, `[[`, "error"), method = "EE")
slopes <- lapply(split(frame, frame$sex), function(part) summary(lm(gene ~ feature, part))$coefficients[2, 1:2])
values <- list(c(1.1, 2.3, 0.4, 1.9, 2.2), c(2.9, 3.3, 1.0, 4.1), c(0.2, 0.1, 0.9, 0.5, 0.3, 0.6))
long <- data.frame(y = unlist(values), g = factor(rep(1:3, lengths(values))))
write_json(list(
  effect = effect, error = error, fits = fits, cox = cox, cox_Q = pooled$QE, cox_p = pooled$QEp,
  slopes = lapply(slopes, unname), values = values,
  welch_three = oneway.test(y ~ g, long)$p.value,
  welch_two = t.test(values[[1]], values[[2]])$p.value,
  versions = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                  survival = as.character(packageVersion("survival")))
), paste0(here, "by_stratum.json"), digits = 15, auto_unbox = TRUE, na = "null")
