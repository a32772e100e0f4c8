#include "kernels/elementwise.hpp"

#include <array>

namespace hindsight::kernels {
namespace {

constexpr std::size_t most_inputs = 3;

/// The axes of an elementwise loop after neighbours that can be walked as one have been joined.
struct Loop {
  Shape lengths;                             // outermost first
  std::array<Strides, most_inputs> strides;  // of each input, in elements

  Loop(const Shape& shape, std::span<const Window> inputs) {
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      if (shape[axis] == 1) continue;
      bool joins = !lengths.empty();
      for (std::size_t k = 0; k < inputs.size() && joins; ++k)
        joins = strides[k].back() == (*inputs[k].strides)[axis] * shape[axis];
      if (joins) {
        lengths.back() *= shape[axis];
        for (std::size_t k = 0; k < inputs.size(); ++k) strides[k].back() = (*inputs[k].strides)[axis];
      } else {
        lengths.push_back(shape[axis]);
        for (std::size_t k = 0; k < inputs.size(); ++k) strides[k].push_back((*inputs[k].strides)[axis]);
      }
    }
    if (lengths.empty()) {
      lengths.push_back(1);
      for (std::size_t k = 0; k < inputs.size(); ++k) strides[k].push_back(1);
    }
  }
};

/// True when the elements follow each other without a gap.
bool is_one_row(const Shape& shape, const Strides& strides) {
  std::int64_t step = 1;
  for (std::size_t axis = shape.size(); axis-- > 0; step *= shape[axis])
    if (shape[axis] != 1 && strides[axis] != step) return false;
  return true;
}

/// What most calls are: worth not to sort out axes for. False when it is something else.
bool all_in_one_row(const Shape& shape, void* out, std::span<const Window> inputs, const void* body,
                    Row row) {
  std::array<const std::byte*, most_inputs> at{};
  std::array<std::int64_t, most_inputs> steps{};
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (!is_one_row(shape, *inputs[k].strides)) return false;
    at[k] = inputs[k].data;
    steps[k] = 1;
  }
  row(body, shape.elements(), out, at.data(), steps.data());
  return true;
}

}  // namespace

void for_each_row(const Shape& shape, void* out, std::int64_t out_size, std::span<const Window> inputs,
                  const void* body, Row row) {
  if (all_in_one_row(shape, out, inputs, body, row)) return;
  const Loop loop(shape, inputs);
  const std::size_t outer = loop.lengths.size() - 1;
  const std::int64_t n = loop.lengths[outer];
  std::array<const std::byte*, most_inputs> at{};
  std::array<std::int64_t, most_inputs> innermost{};
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    at[k] = inputs[k].data;
    innermost[k] = loop.strides[k][outer];
  }
  const auto move = [&](std::size_t axis, std::int64_t steps) {
    for (std::size_t k = 0; k < inputs.size(); ++k)
      at[k] += loop.strides[k][axis] * steps * inputs[k].element_size;
  };
  std::byte* to = static_cast<std::byte*>(out);
  Shape index(outer, 0);
  for (;;) {
    row(body, n, to, at.data(), innermost.data());
    to += n * out_size;
    std::size_t axis = outer;
    for (; axis > 0; --axis) {
      const std::size_t a = axis - 1;
      move(a, 1);
      if (++index[a] < loop.lengths[a]) break;
      move(a, -loop.lengths[a]);
      index[a] = 0;
    }
    if (axis == 0) return;
  }
}

}  // namespace hindsight::kernels
