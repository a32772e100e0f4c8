#include <hindsight/error.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/windows.hpp"

namespace hindsight {
namespace {

Windows rows_of(const Attributes& said) {
  return {said.get<Shape>("top"), said.get<Shape>("bottom"), said.get<Shape>("steps")[0]};
}
Windows columns_of(const Attributes& said) {
  return {said.get<Shape>("left"), said.get<Shape>("right"), said.get<Shape>("steps")[1]};
}

void require_entries(const Windows& windows, const Shape& shape, std::size_t axis) {
  for (std::size_t o = 0; o < windows.first.size(); ++o)
    if (windows.first[o] < 0 || windows.first[o] >= windows.limit[o] || windows.limit[o] > shape[axis])
      fail<ShapeError>(
          "window {} along axis {} of shape {} runs from {} to {}, and must hold entries of that axis only; "
          "take less padding or dilation",
          o, axis, shape.str(), windows.first[o], windows.limit[o]);
}

TensorType rule(Operands in, const Attributes& attributes) {
  Shape shape = in[0].shape();
  if (shape.size() < 2)
    fail<ShapeError>("takes planes of two axes, and got shape {}; reshape it", shape.str());
  const std::size_t columns_axis = shape.size() - 1, rows_axis = shape.size() - 2;
  const Windows rows = rows_of(attributes), columns = columns_of(attributes);
  require_entries(rows, shape, rows_axis);
  require_entries(columns, shape, columns_axis);
  shape[rows_axis] = rows.count();
  shape[columns_axis] = columns.count();
  return {shape, int64};
}

struct Window {
  std::int64_t first, limit, step;
  Window(const Windows& all, std::size_t o) : first(all.first[o]), limit(all.limit[o]), step(all.step) {}
};

/// PyTorch's rule: nothing exceeds NaN but a later NaN.
template <class T>
std::int64_t largest(const T* plane, std::int64_t width, const Window& rows, const Window& columns) {
  std::int64_t best = rows.first * width + columns.first;
  for (std::int64_t i = rows.first; i < rows.limit; i += rows.step)
    for (std::int64_t j = columns.first; j < columns.limit; j += columns.step) {
      const T x = plane[i * width + j];
      if (x > plane[best] || x != x) best = i * width + j;
    }
  return best;
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Array x = in[0].contiguous();
  const Windows rows = rows_of(attributes), columns = columns_of(attributes);
  const std::int64_t height = x.shape()[x.shape().size() - 2], width = x.shape().back();
  std::int64_t* to = out.mutable_data<std::int64_t>();
  dispatch(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T *plane = x.data<T>(), *end = plane + x.elements();
    for (; plane != end; plane += height * width)
      for (std::size_t o = 0; o < rows.first.size(); ++o)
        for (std::size_t p = 0; p < columns.first.size(); ++p)
          *to++ = largest(plane, width, Window(rows, o), Window(columns, p));
  });
}

Attributes said(const Windows& rows, const Windows& columns) {
  return {{"top", rows.first},
          {"bottom", rows.limit},
          {"left", columns.first},
          {"right", columns.limit},
          {"steps", Shape{rows.step, columns.step}}};
}

}  // namespace

namespace rooms {
extern constinit const Op window_argmax = {
    .name = "window_argmax",
    .latex = R"(\operatorname{arg\,max}_{\text{window}} {0})",
    .text = "window_argmax({0})",
    .words = "where the largest entry of each window of an image is; the first one at a tie",
    .rule = rule,
    .forward = forward,
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({2, 3, 4}, -2, 2)}, said({{0, 1}, {2, 3}, 1}, {{0, 1}, {3, 4}, 2})}};
        },
};
}  // namespace rooms

Tensor window_argmax(const Tensor& x, const Windows& rows, const Windows& columns) {
  return apply(rooms::window_argmax, {x}, said(rows, columns));
}

}  // namespace hindsight
