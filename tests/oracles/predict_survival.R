# Absolute survival of a Cox model: coxph and survfit on the patients of clinical_cox.csv.
# Run in this folder: Rscript predict_survival.R
suppressMessages({library(survival); library(jsonlite)})
d <- read.csv("clinical_cox.csv", stringsAsFactors = FALSE)
d <- d[complete.cases(d[c("age", "centre")]), ]
times <- c(3, 9, 15)
new <- data.frame(age = c(45, 60, 75, 60), centre = c("x", "y", "z", "z"))
told <- list(times = times, new = new)
for (ties in c("efron", "breslow")) {
  strata <- coxph(Surv(time, event) ~ age + strata(centre), d, ties = ties, eps = 1e-11, iter.max = 50)
  plain <- coxph(Surv(time, event) ~ age, d, ties = ties, eps = 1e-11, iter.max = 50)
  curves <- function(fit) t(sapply(seq_len(nrow(new)), function(i)
    summary(survfit(fit, newdata = new[i, ], stype = 2, ctype = 1), times = times, extend = TRUE)$surv))
  told[[ties]] <- list(strata = curves(strata), plain = curves(plain))
}
told$last <- as.list(tapply(d$time, d$centre, max))
write_json(told, "predict_survival.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
cat(R.version.string, as.character(packageVersion("survival")), "\n")
