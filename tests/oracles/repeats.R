# Regression over several samples of a patient: clubSandwich's CR2 and lmerTest's Satterthwaite.
# Rscript tests/oracles/repeats.R (from the root of the repository)
suppressMessages({library(clubSandwich); library(lmerTest); library(jsonlite)})
set.seed(4)
G <- 14
id <- rep(seq_len(G), sample(1:9, G, TRUE)); N <- length(id)
d <- data.frame(id = id, z1 = rnorm(N), z2 = rnorm(G)[id], x1 = rnorm(N) + rnorm(G)[id], x2 = rnorm(G)[id], x3 = rnorm(N))
d$y1 <- 0.3 * d$x1 + rnorm(G)[id] + rnorm(N)
d$y2 <- d$z1 + rnorm(N)
d$y3 <- rnorm(G, sd = 3)[id] + rnorm(N)
write.csv(format(d, digits = 17, trim = TRUE), "tests/oracles/repeats_input.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("tests/oracles/repeats_input.csv")
rows <- NULL
for (given in c("", " + z1 + z2")) for (x in c("x1", "x2", "x3")) for (y in c("y1", "y2", "y3")) {
  model <- lm(as.formula(paste(y, "~", x, given)), d)
  robust <- as.data.frame(coef_test(model, vcov = "CR2", cluster = d$id, test = "Satterthwaite"))[2, ]
  fit <- lmerTest::lmer(as.formula(paste(y, "~", x, given, "+ (1 | id)")), d,
    control = lme4::lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  s <- summary(fit)$coefficients[2, ]; v <- as.data.frame(lme4::VarCorr(fit))$vcov
  rows <- rbind(rows, data.frame(covariates = as.integer(given != ""), x, y, slope = robust$beta, std_error = robust$SE, df = robust$df_Satt,
    p = robust$p_Satt, mixed_slope = s[1], mixed_error = s[2], mixed_df = s[3], mixed_p = s[5], icc = v[1] / sum(v)))
}
write.csv(format(rows, digits = 15, trim = TRUE), "tests/oracles/repeats.csv", row.names = FALSE, quote = FALSE)
for (p in c("clubSandwich", "lme4", "lmerTest", "survival", "pROC")) cat(p, as.character(packageVersion(p)), "\n")
