# Is each former symbol of data/gene_symbols/renamed.tsv an alias of exactly the gene that now has the other symbol?
#   Rscript tests/oracles/gene_symbols.R   (from the root of the repository)
# writes tests/oracles/gene_symbols.csv: of each former symbol the current symbols of all genes that it is an alias of,
# whether it is itself somebody's current symbol, and what limma::alias2SymbolTable makes of it.
suppressMessages({library(org.Hs.eg.db); library(limma)})
listed <- read.delim("data/gene_symbols/renamed.tsv", colClasses = "character")
alias <- as.list(org.Hs.egALIAS2EG)
symbol <- as.list(org.Hs.egSYMBOL)
current <- unique(unlist(symbol))
genes <- vapply(listed$previous, function(a) paste(unlist(symbol[unique(alias[[a]])]), collapse = ";"), "")
answer <- data.frame(
  previous = listed$previous,
  genes = genes,
  is_current = listed$previous %in% current,
  limma = suppressWarnings(alias2SymbolTable(listed$previous, species = "Hs"))
)
write.csv(answer, "tests/oracles/gene_symbols.csv", row.names = FALSE, quote = FALSE)
