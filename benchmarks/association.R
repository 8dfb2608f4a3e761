# MatrixEQTL on the numbers of association.py: Rscript association.R folder n features genes covariates threshold
if (!requireNamespace("MatrixEQTL", quietly = TRUE)) { cat('{"note": "R has no MatrixEQTL here"}\n'); quit() }
suppressMessages(library(MatrixEQTL))
a <- commandArgs(TRUE)
n <- as.integer(a[2])
sliced <- function(name, columns) {
  values <- matrix(readBin(file.path(a[1], paste0(name, ".bin")), "double", n * columns), n, columns)
  colnames(values) <- paste0(name, seq_len(columns))
  data <- SlicedData$new()
  data$CreateFromMatrix(t(values))
  data$ResliceCombined(2000)
  data
}
x <- sliced("X", as.integer(a[3])); y <- sliced("Y", as.integer(a[4])); z <- sliced("Z", as.integer(a[5]))
seconds <- c()
for (run in 1:3) {
  start <- proc.time()[3]
  capture.output(found <- Matrix_eQTL_engine(snps = x, gene = y, cvrt = z, output_file_name = NULL, verbose = FALSE,
    pvOutputThreshold = as.numeric(a[6]), useModel = modelLINEAR, errorCovariance = numeric(), noFDRsaveMemory = FALSE))
  seconds <- c(seconds, proc.time()[3] - start)
}
cat(sprintf('{"seconds": %f, "median": %f, "hits": %d}\n', min(seconds), median(seconds), found$all$neqtls))
