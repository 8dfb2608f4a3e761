# Modules: hclust of 1 - |r| cut at a height, WGCNA's eigengenes, memberships and module-trait table.
suppressMessages({library(WGCNA); library(jsonlite)})
set.seed(7)
n <- 60
latent <- matrix(rnorm(n * 4), n)
block <- rep(1:4, c(9, 7, 5, 4))
X <- sapply(block, function(k) sample(c(-1, 1), 1, prob = c(.3, .7)) * latent[, k] + 0.6 * rnorm(n))
X <- cbind(X, matrix(rnorm(n * 6), n))
X[, 3] <- exp(X[, 3])
colnames(X) <- sprintf("f%02d", seq_len(ncol(X)))
traits <- cbind(age = 60 + 8 * (latent[, 2] + rnorm(n)), grade = as.numeric(latent[, 1] + rnorm(n) > 0))
write.csv(round(cbind(X, traits), 6), "modules.csv", row.names = FALSE)
data <- as.matrix(read.csv("modules.csv")); X <- data[, 1:31]; traits <- data[, 32:33]
cuts <- list()
for (method in c("average", "complete")) for (how in c("pearson", "spearman")) {
  tree <- hclust(as.dist(1 - abs(cor(X, method = how))), method)
  cuts[[paste(how, method)]] <- as.integer(cutree(tree, h = 1 - 0.55))
}
colors <- cuts[["pearson average"]]
sizes <- table(colors); big <- as.integer(names(sizes)[sizes >= 3])
label <- ifelse(colors %in% big, paste0("c", colors), "grey")
found <- moduleEigengenes(X, label, excludeGrey = TRUE)
ME <- found$eigengenes
holes <- X; holes[cbind(c(1:6, 3:9), rep(c(2, 11), c(6, 7)))] <- NA
r <- cor(ME, traits); p <- corPvalueStudent(r, n)
out <- list(cuts = cuts, label = label, eigen = as.list(ME), explained = as.list(found$varExplained[1, ]),
            names = names(ME), membership = as.list(signedKME(X, ME)), trait_r = r, trait_p = p,
            pairwise = cor(holes, use = "pairwise.complete.obs"))
write(toJSON(out, digits = 15, auto_unbox = TRUE), "modules.json")
