# A plain nested LASSO-Cox as papers do it with R: median imputation and constant filter on training patients, cv.glmnet,
# lambda.min; concordance inside each outer test fold, weighted by comparable pairs, averaged over repeats.
# Rscript real_cohorts.R folder: reads train.csv (time, event, volume, z_* covariates, x_* features), optionally
# external.csv with the same columns; prints measure, model, estimate as CSV.
suppressMessages({library(glmnet); library(survival)})
folder <- commandArgs(TRUE)[1]
train <- read.csv(file.path(folder, "train.csv"), check.names = FALSE)
features <- grep("^x_", names(train), value = TRUE)
covariates <- grep("^z_", names(train), value = TRUE)
fill <- function(data, from) {
  for (name in c(features, "volume")) {
    holes <- is.na(data[[name]])
    data[[name]][holes] <- median(from[[name]], na.rm = TRUE)
  }
  data
}
learn <- function(data) {
  seen <- sapply(data[features], function(x) mean(is.na(x)) <= 0.2 && length(unique(na.omit(x))) > 1)
  used <- features[seen]
  full <- fill(data, data)
  X <- as.matrix(full[c(covariates, used)])
  folds <- sample(rep(seq_len(10), length.out = nrow(X)))
  fit <- cv.glmnet(X, Surv(full$time, full$event), family = "cox", foldid = folds,
                   penalty.factor = rep(c(0, 1), c(length(covariates), length(used))))
  clinic <- if (length(covariates)) coxph(reformulate(sprintf("`%s`", covariates), "Surv(time, event)"), full) else NULL
  size <- coxph(Surv(time, event) ~ volume, full)
  list(fit = fit, used = used, clinic = clinic, size = size, from = data)
}
scores <- function(model, data) {
  full <- fill(data, model$from)
  X <- as.matrix(full[c(covariates, model$used)])
  list(full = drop(predict(model$fit, X, s = "lambda.min")),
       covariates = if (is.null(model$clinic)) NULL else predict(model$clinic, full, type = "lp"),
       volume = predict(model$size, full, type = "lp"))
}
pairs_of <- function(data, score) {
  counted <- concordance(Surv(time, event) ~ score, cbind(data, score = score), reverse = TRUE)$count
  c(counted["concordant"] + 0.5 * counted["tied.x"], sum(counted[c("concordant", "discordant", "tied.x")]))
}
set.seed(1)
repeats <- 3; k <- 5
total <- list()
for (r in seq_len(repeats)) {
  fold <- integer(nrow(train))
  for (dead in 0:1) {
    rows <- which(train$event == dead)
    fold[rows] <- sample(rep(seq_len(k), length.out = length(rows)))
  }
  counts <- list()
  for (f in seq_len(k)) {
    out <- train[fold == f, ]
    found <- scores(learn(train[fold != f, ]), out)
    for (name in names(found)) if (!is.null(found[[name]]))
      counts[[name]] <- rbind(counts[[name]], pairs_of(out, found[[name]]))
  }
  for (name in names(counts)) total[[name]] <- c(total[[name]], sum(counts[[name]][, 1]) / sum(counts[[name]][, 2]))
}
for (name in names(total)) cat(sprintf("nested concordance,%s,%.4f\n", name, mean(total[[name]])))
if (file.exists(file.path(folder, "external.csv"))) {
  external <- read.csv(file.path(folder, "external.csv"), check.names = FALSE)
  found <- scores(learn(train), external)
  for (name in names(found)) if (!is.null(found[[name]])) {
    counted <- pairs_of(external, found[[name]])
    cat(sprintf("external concordance,%s,%.4f\n", name, counted[1] / counted[2]))
  }
}
