# Two tables of the same patients: Mantel (vegan), RV (FactoMineR), PERMANOVA (vegan), and sparse CCA written out from
# Witten, Tibshirani & Hastie (2009), algorithm 3 (PMA is not in Debian).
suppressMessages({library(vegan); library(FactoMineR); library(jsonlite)})
set.seed(11)
n <- 40
latent <- rnorm(n); z <- rnorm(n)
X <- sapply(1:12, function(j) (j <= 5) * latent + z * (j %% 3 == 0) + rnorm(n))
Y <- sapply(1:15, function(j) (j <= 4) * latent * c(1, -1, 1, 1)[min(j, 4)] + z * (j %% 4 == 0) + rnorm(n))
site <- rep(c("a", "b", "c"), c(16, 14, 10)); X[site == "c", 7:10] <- X[site == "c", 7:10] + 1
colnames(X) <- sprintf("x%02d", 1:12); colnames(Y) <- sprintf("y%02d", 1:15)
write.csv(data.frame(round(cbind(X, Y), 6), z = round(z, 6), site), "modalities.csv", row.names = FALSE)
data <- read.csv("modalities.csv"); X <- as.matrix(data[, 1:12]); Y <- as.matrix(data[, 13:27]); z <- data$z
both <- function(X, Y) {
  list(mantel_pearson = mantel(dist(X), dist(Y), permutations = 999)$statistic,
       mantel_spearman = mantel(dist(X), dist(Y), method = "spearman", permutations = 999)$statistic,
       mantel_p = mantel(dist(X), dist(Y), method = "spearman", permutations = 9999)$signif,
       rv = coeffRV(X, Y)$rv, rv_mean = coeffRV(X, Y)$mean, rv_variance = coeffRV(X, Y)$variance,
       rv_p = coeffRV(X, Y)$p.value)
}
rx <- residuals(lm(scale(X) ~ z)); ry <- residuals(lm(scale(Y) ~ z))
scores <- function(M) scale(apply(M, 2, function(x) qnorm((rank(x) - 0.5) / length(x))))
soft <- function(a, d) sign(a) * pmax(0, abs(a) - d)
unit <- function(a) a / sqrt(sum(a^2))
bound <- function(a, c) {
  if (sum(abs(unit(a))) <= c) return(unit(a))
  d <- uniroot(function(d) sum(abs(unit(soft(a, d)))) - c, c(0, max(abs(a)) * (1 - 1e-9)), tol = 1e-15)$root
  unit(soft(a, d))
}
pmd <- function(X, Y, penalty, rounds = 2000) {
  K <- crossprod(X, Y); v <- svd(K)$v[, 1]
  cu <- max(1, penalty * sqrt(ncol(X))); cv <- max(1, penalty * sqrt(ncol(Y)))
  for (i in 1:rounds) { u <- bound(K %*% v, cu); v <- bound(crossprod(K, u), cv) }
  s <- sign(u[which.max(abs(u))])
  list(u = as.vector(s * u), v = as.vector(s * v), r = cor(X %*% u, Y %*% v)[1])
}
site <- data$site
D <- dist(scale(X))
a1 <- adonis2(D ~ site, permutations = 9999)
a2 <- adonis2(D ~ z + site, permutations = 9999, by = "terms")
kw <- apply(X, 2, function(x) { k <- kruskal.test(x, factor(site)); c(k$statistic, k$p.value) })
rankz <- rank(z)
anc <- apply(X, 2, function(x) { r <- rank(x); a <- anova(lm(r ~ rankz), lm(r ~ rankz + site)); c(a$F[2], a$`Pr(>F)`[2]) })
out <- list(plain = both(scale(X), scale(Y)), scores = both(scores(X), scores(Y)), residual = both(rx, ry),
            cca = lapply(c(0.3, 0.5, 0.7), function(p) pmd(scale(X), scale(Y), p)),
            permanova = list(r2 = a1$R2[1], f = a1$F[1], p = a1$`Pr(>F)`[1]),
            permanova_z = list(r2 = a2$R2[2], f = a2$F[2], p = a2$`Pr(>F)`[2]),
            kruskal = kw, ancova = anc)
write(toJSON(out, digits = 15, auto_unbox = TRUE), "modalities.json")
