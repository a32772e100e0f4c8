#include <algorithm>
#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "base/philox.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  if (in[0].dtype() != int64 || in[0].shape() != Shape{2})
    fail<DTypeError>("takes a seed and a step as int64 [2], and got {} {}", name(in[0].dtype()),
                     in[0].shape().str());
  const double p = attributes.get<double>("p");
  if (!(p >= 0 && p <= 1)) fail<ValueError>("p is {} and must be a probability, from 0 to 1", p);
  return {attributes.get<Shape>("shape"), attributes.get<DType>("dtype")};
}

std::uint32_t low(std::int64_t word) { return static_cast<std::uint32_t>(word); }
std::uint32_t high(std::int64_t word) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(word) >> 32);
}

// Element i has word i % 4 of block i / 4 of the step, whoever computes it.
template <class T>
void fill(std::int64_t seed, std::int64_t step, double p, std::int64_t n, T* out) {
  const T kept = p < 1 ? static_cast<T>(1 / (1 - p)) : T(0);
  const auto limit = static_cast<std::uint64_t>(std::llround(std::ldexp(p, 32)));
  for (std::int64_t first = 0; first < n; first += 4) {
    const std::int64_t block = first / 4;
    const auto words = philox4x32({low(block), high(block), low(step), high(step)}, {low(seed), high(seed)});
    for (std::int64_t i = first; i < std::min(first + 4, n); ++i)
      out[i] = words[static_cast<std::size_t>(i - first)] < limit ? T(0) : kept;
  }
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Array key = in[0].contiguous();
  const std::int64_t *words = key.data<std::int64_t>(), n = out.elements();
  const double p = attributes.get<double>("p");
  if (out.dtype() == float32)
    fill(words[0], words[1], p, n, out.mutable_data<float>());
  else
    fill(words[0], words[1], p, n, out.mutable_data<double>());
}

}  // namespace

namespace rooms {
extern constinit const Op dropout_mask = {
    .name = "dropout_mask",
    .latex = R"(\operatorname{mask}_{{p}}\left({0}\right))",
    .text = "dropout_mask({0}, {p})",
    .words = "0 with probability p, else 1 / (1 - p): random numbers that seed and step alone decide",
    .rule = rule,
    .forward = forward,
    .samples =
        [] {
          std::vector<Sample> samples;
          for (const DType dtype : {float32, float64})
            samples.push_back({{tensor({42, 7}, {.dtype = int64})},
                               {{"shape", Shape{3, 5}}, {"p", 0.3}, {"dtype", dtype}}});
          return samples;
        },
};
}  // namespace rooms

Tensor dropout_mask(const Tensor& seed_and_step, const Shape& shape, double p, DType dtype) {
  return apply(rooms::dropout_mask, {seed_and_step}, {{"shape", shape}, {"p", p}, {"dtype", dtype}});
}

}  // namespace hindsight
