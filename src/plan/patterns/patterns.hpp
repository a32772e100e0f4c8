#pragma once
// The rewrites of the plan, one a file. Each keeps the value (up to rounding, or better than it was) and
// makes the graph smaller or its meaning plainer; tests/plan/patterns.cpp proves each on samples.
#include <hindsight/op.hpp>

#include "plan/rewriter.hpp"

namespace hindsight::patterns {

/// Views of views, constants of constants, x · 1 and −(−x).
Tensor simplify(const Tensor& node, Rewriter& rewriter);
/// x·Wᵀ → matmul_transposed(x, W), and with + b → affine(x, W, b)
Tensor affine(const Tensor& node, Rewriter& rewriter);
/// Cross-entropy of a sigmoid, or softplus(z) − t·z → logistic_loss(z, t)
Tensor logistic_loss(const Tensor& node, Rewriter& rewriter);
/// Its derivative by z: c · (p − t)/(p(1 − p)) · p(1 − p) → c · (σ(z) − t)
Tensor logistic_residual(const Tensor& node, Rewriter& rewriter);
/// −Σ where(one_hot(k), log_softmax(z), 0) → softmax_loss(z, k)
Tensor softmax_loss(const Tensor& node, Rewriter& rewriter);
/// Its derivative by z → c · (softmax(z) − one_hot(k))
Tensor softmax_residual(const Tensor& node, Rewriter& rewriter);

/// All of them, in the order in which they are tried.
std::vector<Rewriter::Pattern> all();

/// What the rewrites put in: operations of the plan alone.
namespace ops {
extern const Op matmul_transposed;  // (x [B, K], W [O, K]) → [B, O]
extern const Op affine;             // (x [B, K], W [O, K], b [O]) → [B, O]
extern const Op logistic_loss;      // (z, t), elementwise
extern const Op logistic_residual;  // (z, t), elementwise
extern const Op softmax_loss;       // (z [B, C], k int64 [B]) → [B]
extern const Op softmax_residual;   // (z [B, C], k int64 [B]) → [B, C]
}  // namespace ops

/// The operation's inputs when `node` was made by the operation of that name, else empty.
std::span<const Tensor> inputs_of(const Tensor& node, std::string_view operation);

}  // namespace hindsight::patterns
