# glmnet's side of cox_path.py, which calls: Rscript cox_path.R task folder n p runs. Prints one JSON line.
suppressMessages({library(glmnet); library(survival)})
a <- commandArgs(TRUE); task <- a[1]; folder <- a[2]; n <- as.integer(a[3]); p <- as.integer(a[4]); runs <- as.integer(a[5])
read <- function(name) readBin(file.path(folder, name), "double", file.size(file.path(folder, name)) / 8)
write <- function(values, name) writeBin(as.vector(as.matrix(values)), file.path(folder, name))
status <- function(key) as.numeric(gsub("[^0-9]", "", grep(key, readLines("/proc/self/status"), value = TRUE))) / 1024
seconds <- function(call) system.time(call)[["elapsed"]]
X <- matrix(read("X"), n, p); y <- Surv(read("time"), read("event")); lambda <- read("lambda"); fold <- read("fold")

# a small fit first: loading the package's code is not counted
invisible(cv.glmnet(X[, 1:20], y, family = "cox", lambda = lambda[1:3], foldid = fold))
invisible(gc(full = TRUE))
cat("5", file = "/proc/self/clear_refs")                       # the peak starts anew
before <- status("VmRSS")
peak <- NA
if (task == "path") {
  took <- seconds(fit <- glmnet(X, y, family = "cox", lambda = lambda))
  peak <- status("VmHWM")
  if (runs > 1) took <- c(took, sapply(2:runs, function(i) seconds(glmnet(X, y, family = "cox", lambda = lambda))))
  write(fit$beta, "glmnet_path")
} else if (task == "cv") {
  took <- seconds(fit <- cv.glmnet(X, y, family = "cox", lambda = lambda, foldid = fold))
  peak <- status("VmHWM")
  if (runs > 1) took <- c(took, sapply(2:runs, function(i) seconds(cv.glmnet(X, y, family = "cox", lambda = lambda, foldid = fold))))
  write(fit$cvm, "glmnet_curve")
} else {                                                       # converged as far as it goes, on the lambdas that ours walked
  head <- lambda[seq_len(as.integer(a[6]))]
  took <- seconds(fit <- cv.glmnet(X, y, family = "cox", lambda = head, foldid = fold, thresh = 1e-14, maxit = 1e8))
  write(fit$cvm, "glmnet_tight_curve")
  write(fit$glmnet.fit$beta, "glmnet_tight_path")
}
cat(sprintf('{"seconds": %.4f, "before": %.1f, "peak": %s, "versions": "R %s, glmnet %s, survival %s"}\n', min(took), before,
  if (is.na(peak)) "null" else sprintf("%.1f", peak), getRversion(), packageVersion("glmnet"), packageVersion("survival")))
