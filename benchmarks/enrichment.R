# fgsea's simple method on the tables that enrichment.py wrote, where R has fgsea. Rscript enrichment.R <folder>
folder <- commandArgs(TRUE)[1]
if (!requireNamespace("fgsea", quietly = TRUE)) { cat("{}\n"); quit() }
suppressMessages({library(fgsea); library(BiocParallel)})
rankings <- as.matrix(read.csv(file.path(folder, "rankings.csv"), row.names = 1))
answer <- c()
for (k in c(50, 5000)) {
  lines <- strsplit(readLines(file.path(folder, sprintf("sets%d.gmt", k))), "\t")
  sets <- setNames(lapply(lines, function(l) l[-(1:2)]), sapply(lines, `[`, 1))
  set.seed(1)
  seconds <- median(sapply(1:3, function(i) system.time(suppressWarnings(
    fgseaSimple(sets, rankings[, i], nperm = 1000, minSize = 10, maxSize = 1000, BPPARAM = SerialParam())))[3]))
  answer <- c(answer, sprintf('"%d": %f', k, seconds))
}
cat("{", paste(answer, collapse = ", "), "}\n")
