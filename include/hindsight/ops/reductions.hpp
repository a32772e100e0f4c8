#pragma once
#include <optional>
#include <string_view>

#include <hindsight/tensor.hpp>

/// Operations that make many numbers one. Names, arguments and defaults are PyTorch's (torch.NAME), and so is
/// what they give of nothing. Axes: none (all of them), one, or several, also where PyTorch takes one:
/// prod(x), prod(x, -1), prod(x, {0, 2}, true). An axis that does not exist or is named twice is an
/// IndexError.
namespace hindsight {

/// Of bool the number of true ones, as int64. With a dtype, here and below, x is converted first, and the
/// result is of that dtype.
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
inline Tensor sum(const Tensor& x, const Axes& axes, bool keepdim, DType dtype) {
  return sum(x.to(dtype), axes, keepdim).to(dtype);
}
inline Tensor sum(const Tensor& x, DType dtype) { return sum(x, {}, false, dtype); }
/// Throws DTypeError for a dtype that is no float.
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor mean(const Tensor& x, const Axes& axes, bool keepdim, DType dtype);
inline Tensor mean(const Tensor& x, DType dtype) { return mean(x, {}, false, dtype); }
/// The product; its derivatives of every order are right where factors are 0.
inline Tensor prod(const Tensor& x, const Axes& axes = {}, bool keepdim = false) {
  return x.prod(axes, keepdim);
}
inline Tensor prod(const Tensor& x, const Axes& axes, bool keepdim, DType dtype) {
  return x.to(dtype).prod(axes, keepdim).to(dtype);
}
inline Tensor prod(const Tensor& x, DType dtype) { return prod(x, {}, false, dtype); }

/// The largest (smallest) of all, or over axes; NaN where there is one. Ties share the gradient equally.
/// Throws ShapeError where there is nothing to choose from.
inline Tensor amax(const Tensor& x, const Axes& axes = {}, bool keepdim = false) {
  return x.amax(axes, keepdim);
}
inline Tensor amin(const Tensor& x, const Axes& axes = {}, bool keepdim = false) {
  return x.amin(axes, keepdim);
}
inline Tensor max(const Tensor& x) { return x.amax(); }
inline Tensor min(const Tensor& x) { return x.amin(); }
/// Along one axis, with where they are. Of equal ones the first is chosen, and gets the whole gradient.
inline ValuesAndIndices max(const Tensor& x, std::int64_t axis, bool keepdim = false) {
  return x.max(axis, keepdim);
}
inline ValuesAndIndices min(const Tensor& x, std::int64_t axis, bool keepdim = false) {
  return x.min(axis, keepdim);
}
/// Where the largest (smallest) is along an axis, or among all in row-major order: int64, the first of equal
/// ones, the first NaN if there is one.
inline Tensor argmax(const Tensor& x, std::optional<std::int64_t> axis = {}, bool keepdim = false) {
  return x.argmax(axis, keepdim);
}
inline Tensor argmin(const Tensor& x, std::optional<std::int64_t> axis = {}, bool keepdim = false) {
  return x.argmin(axis, keepdim);
}

/// Σ(x − mean)² / max(0, n − correction). true and false as the correction say PyTorch's `unbiased`. The
/// gradient of std is 0 where it is 0. Throws DTypeError for integers.
inline Tensor var(const Tensor& x, const Axes& axes = {}, double correction = 1, bool keepdim = false) {
  return x.var(axes, correction, keepdim);
}
inline Tensor std(const Tensor& x, const Axes& axes = {}, double correction = 1, bool keepdim = false) {
  return x.std(axes, correction, keepdim);
}
inline Tensor var(const Tensor& x, Unbiased auto unbiased) { return x.var(unbiased); }
inline Tensor std(const Tensor& x, Unbiased auto unbiased) { return x.std(unbiased); }

/// log Σ e^x without overflow.
inline Tensor logsumexp(const Tensor& x, const Axes& axes, bool keepdim = false) {
  return x.logsumexp(axes, keepdim);
}
/// (Σ|x|^p)^(1/p); for p = ∞ the largest |x|, for −∞ the smallest, for 0 the number of those that are not 0.
/// No gradient flows into elements that are 0, nor where the norm is.
inline Tensor norm(const Tensor& x, double p = 2, const Axes& axes = {}, bool keepdim = false) {
  return x.norm(p, axes, keepdim);
}
inline Tensor norm(const Tensor& x, double p, const Axes& axes, bool keepdim, DType dtype) {
  return x.to(dtype).norm(p, axes, keepdim);
}
/// "fro" is p = 2. Throws ValueError for anything else: "nuc", too, since there are no singular values here.
inline Tensor norm(const Tensor& x, std::string_view p, const Axes& axes = {}, bool keepdim = false) {
  return x.norm(p, axes, keepdim);
}
/// The sum up to and with each entry.
inline Tensor cumsum(const Tensor& x, std::int64_t axis) { return x.cumsum(axis); }
inline Tensor cumsum(const Tensor& x, std::int64_t axis, DType dtype) {
  return x.to(dtype).cumsum(axis).to(dtype);
}
/// Whether any (all) of them are not 0: bool.
inline Tensor any(const Tensor& x, const Axes& axes = {}, bool keepdim = false) {
  return x.any(axes, keepdim);
}
inline Tensor all(const Tensor& x, const Axes& axes = {}, bool keepdim = false) {
  return x.all(axes, keepdim);
}

}  // namespace hindsight
