# Tests of base R for Table 1, and prcomp. Rscript table_one.R, in this folder.
library(jsonlite); set.seed(11)
n <- 70
d <- data.frame(age = round(rnorm(n, 60, 9)), marker = round(rexp(n), 3), group = sample(c("a", "b"), n, TRUE),
  three = sample(c("x", "y", "z"), n, TRUE), stage = sample(c("I", "II", "III"), n, TRUE, c(.5, .3, .2)),
  rare = sample(c("no", "yes", "maybe"), n, TRUE, c(.9, .05, .05)), stringsAsFactors = TRUE)
write.csv(cbind(patient = sprintf("P%02d", 1:n), d), "table_one.csv", row.names = FALSE)
smd <- function(x, g) { s <- split(x, g); abs(mean(s[[1]]) - mean(s[[2]])) / sqrt((var(s[[1]]) + var(s[[2]])) / 2) }
X <- scale(as.matrix(iris[1:30, 1:4])); p <- prcomp(X)
write.csv(iris[1:30, 1:4], "prcomp.csv", row.names = FALSE)
out <- list(
  age_group = wilcox.test(age ~ group, d, exact = FALSE)$p.value,
  marker_group = wilcox.test(marker ~ group, d, exact = FALSE)$p.value,
  age_three = kruskal.test(age ~ three, d)$p.value,
  stage_group = chisq.test(table(d$stage, d$group), correct = FALSE)$p.value,
  rare_group = fisher.test(table(d$rare, d$group))$p.value,
  rare_two = fisher.test(table(d$rare == "no", d$group))$p.value,
  smd_age = smd(d$age, d$group),
  quartiles = unname(quantile(d$age, c(.25, .5, .75))), mean = mean(d$age), sd = sd(d$age),
  prcomp_sd = p$sdev, prcomp_rotation = p$rotation,
  version = R.version.string)
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "table_one.json")
