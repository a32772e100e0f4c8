// The vectorised elementwise kernels against the rooms that hold their meaning, on every target of this
// machine.
#include "kernels/vector_ops.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "kernels/padded_buffer.hpp"
#include "kernels/target.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace kernels = hindsight::kernels;

namespace {

constexpr std::size_t lengths[] = {1, 3, 7, 17, 31, 257};

template <class T>
constexpr double rounding = sizeof(T) == 4 ? tolerance::float32_rounding : tolerance::float64_rounding;

/// Operations that round at most once, so that kernel and room agree in every bit.
const std::set<std::string_view> exact = {
    "abs",     "add",      "ceil",          "clamp_max", "clamp_min", "divide",     "equal",
    "floor",   "greater",  "greater_equal", "hardtanh",  "less",      "less_equal", "maximum",
    "minimum", "multiply", "negate",        "not_equal", "prelu",     "relu",       "relu_gradient",
    "round",   "sign",     "sqrt",          "step",      "subtract",  "where"};

template <class T>
using Columns = std::vector<std::vector<T>>;

double parameter_of(const hs::Attributes& attributes) {
  for (const hs::Attribute& attribute : attributes)
    if (const double* value = std::get_if<double>(&attribute.value)) return *value;
  return 0;
}

/// What the room makes of these inputs. Conditions go in as 0 and 1.
template <class T>
std::vector<T> by_room(const hs::Op& op, const hs::Sample& sample, const Columns<T>& inputs) {
  hs::Inputs tensors;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const hs::Tensor x = hs::tensor(inputs[k]);
    tensors.push_back(sample.inputs[k].dtype() == hs::boolean ? x != 0 : x);
  }
  return hs::apply(op, tensors, sample.attributes).to(hs::dtype_of<T>()).template to_vector<T>();
}

template <class T>
std::vector<T> by_kernel(const kernels::ElementwiseKernel<T>& kernel, double parameter,
                         const Columns<T>& inputs) {
  std::vector<std::unique_ptr<PaddedBuffer<T>>> buffers;
  std::vector<kernels::Argument<T>> arguments;
  for (const std::vector<T>& input : inputs) {
    buffers.push_back(std::make_unique<PaddedBuffer<T>>(input));
    arguments.push_back({buffers.back()->data()});
  }
  const std::size_t n = inputs[0].size();
  PaddedBuffer<T> out(n);
  kernel.run(arguments.data(), static_cast<T>(parameter), out.data(), n);
  return std::vector<T>(out.data(), out.data() + n);
}

template <class T>
void expect_same(const std::vector<T>& got, const std::vector<T>& want, double tolerance,
                 const std::string& where) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (got[i] == want[i] || (std::isnan(got[i]) && std::isnan(want[i]))) continue;
    EXPECT_NEAR(got[i], want[i], tolerance * std::max(1.0, std::abs(double(want[i]))))
        << where << ", element " << i;
  }
}

/// n numbers between those of the sample, so that they stay in the domain. Conditions are not mixed.
template <class T>
std::vector<T> stretched(const hs::Tensor& input, std::size_t n) {
  const std::vector<double> values = input.to(hs::float64).to_vector<double>();
  std::vector<T> column(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double turns = 0.6180339887498949 * static_cast<double>(i), share = turns - std::floor(turns);
    const double a = values[i % values.size()], b = values[(i + 1) % values.size()];
    column[i] = static_cast<T>(input.dtype() == hs::boolean ? a : a + share * (b - a));
  }
  return column;
}

template <class T, class Body>
void for_each_kernel(Body&& body) {
  for (const kernels::Target& target : kernels::usable_targets())
    for (const hs::Op* op : hs::operations())
      if (const auto* kernel = kernels::find_elementwise<T>(target, op->name))
        body(*kernel, *op, std::string(op->name) + " on " + std::string(target.name));
}

template <class T>
class VectorOps : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(VectorOps, Floats);

}  // namespace

TYPED_TEST(VectorOps, AgreeWithTheirRoomsAtEveryLength) {
  using T = TypeParam;
  for_each_kernel<T>(
      [](const kernels::ElementwiseKernel<T>& kernel, const hs::Op& op, const std::string& where) {
        EXPECT_EQ(kernel.arity, op.arity);
        for (const hs::Sample& sample : op.samples())
          for (const std::size_t n : lengths) {
            Columns<T> inputs;
            for (const hs::Tensor& input : sample.inputs) inputs.push_back(stretched<T>(input, n));
            expect_same<T>(by_kernel<T>(kernel, parameter_of(sample.attributes), inputs),
                           by_room<T>(op, sample, inputs), exact.count(op.name) ? 0 : rounding<T>, where);
          }
      });
}

TYPED_TEST(VectorOps, AgreeWithTheirRoomsOnWhatIsNoOrdinaryNumber) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  const std::vector<T> all = {T(0),
                              -T(0),
                              T(0.5),
                              T(1),
                              T(-1),
                              Limits::infinity(),
                              -Limits::infinity(),
                              Limits::quiet_NaN(),
                              Limits::denorm_min(),
                              -Limits::denorm_min(),
                              Limits::max()};
  const std::vector<T> probabilities = {T(0), T(0.5), T(1), Limits::quiet_NaN(), Limits::denorm_min()};
  for_each_kernel<T>(
      [&](const kernels::ElementwiseKernel<T>& kernel, const hs::Op& op, const std::string& where) {
        const std::vector<T>& first = op.name == "binary_cross_entropy" ? probabilities : all;
        Columns<T> inputs(static_cast<std::size_t>(op.arity));
        for (const T a : first)
          for (const T b : all)
            for (std::size_t k = 0; k < inputs.size(); ++k)
              inputs[k].push_back(k == 0 ? a : k == 1 ? b : a + b);
        for (const hs::Sample& sample : op.samples())
          expect_same<T>(by_kernel<T>(kernel, parameter_of(sample.attributes), inputs),
                         by_room<T>(op, sample, inputs), rounding<T>, where);
      });
}

// One number for all on either side, the result in the place of an input, and nothing past the last vector.
TYPED_TEST(VectorOps, RepeatOneNumberAndMayWriteInPlace) {
  using T = TypeParam;
  for (const kernels::Target& target : kernels::usable_targets())
    for (const std::size_t n : lengths) {
      const auto* subtract = kernels::find_elementwise<T>(target, "subtract");
      PaddedBuffer<T> x(n), three(1, T(3)), out(n);
      for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<T>(i);
      const kernels::Argument<T> right[] = {{x.data()}, {three.data(), true}};
      subtract->run(right, T(0), out.data(), n);
      for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(out[i], static_cast<T>(i) - 3) << target.name;
      constexpr std::size_t line = 64 / sizeof(T);
      EXPECT_TRUE(std::isnan(out[(n + line - 1) / line * line])) << target.name;
      const kernels::Argument<T> left[] = {{three.data(), true}, {x.data()}};
      subtract->run(left, T(0), x.data(), n);
      for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(x[i], 3 - static_cast<T>(i)) << target.name;
    }
}

// Operations that have no kernel, each with its reason.
TYPED_TEST(VectorOps, AreThereForEveryElementwiseRoom) {
  const std::set<std::string_view> without = {
      "cast",          // goes from one dtype to another
      "floor_divide",  // needs the exact remainder, for which there is no vector instruction
  };
  for (const kernels::Target& target : kernels::usable_targets())
    for (const hs::Op* op : hs::operations())
      if (op->elementwise) {
        EXPECT_EQ(kernels::find_elementwise<TypeParam>(target, op->name) == nullptr,
                  without.count(op->name) == 1)
            << op->name;
      }
}

TYPED_TEST(VectorOps, AreFoundByNameOnly) {
  for (const kernels::Target& target : kernels::usable_targets())
    EXPECT_EQ(kernels::find_elementwise<TypeParam>(target, "no such operation"), nullptr);
}

namespace {

using Long = long double;
Long sigma(Long x) { return 1 / (1 + std::exp(-x)); }

/// What the derivatives by a result mean, in long double.
struct Gradient {
  const char* name;
  Long (*of)(Long g, Long x, Long slope);
};
const Gradient gradients[] = {
    {"tanh_gradient", [](Long g, Long y, Long) { return g * (1 - y * y); }},
    {"sigmoid_gradient", [](Long g, Long y, Long) { return g * y * (1 - y); }},
    {"relu_gradient", [](Long g, Long y, Long) { return y > 0 ? g : 0; }},
    {"leaky_relu_gradient", [](Long g, Long x, Long slope) { return x > 0 ? g : slope * g; }},
    {"softplus_gradient", [](Long g, Long x, Long) { return g * sigma(x); }},
    {"silu_gradient", [](Long g, Long x, Long) { return g * sigma(x) * (1 + x * sigma(-x)); }},
    {"gelu_gradient",
     [](Long g, Long x, Long) {
       const Long density = std::exp(-x * x / 2) / std::sqrt(2 * std::acos(Long(-1)));
       return g * (std::erfc(-x / std::sqrt(Long(2))) / 2 + x * density);
     }},
};

}  // namespace

TYPED_TEST(VectorOps, GiveGradientsByAResult) {
  using T = TypeParam;
  const T slope = T(0.125);
  for (const kernels::Target& target : kernels::usable_targets())
    for (const Gradient& gradient : gradients)
      for (const std::size_t n : lengths) {
        std::vector<T> g(n), x(n), want(n);
        for (std::size_t i = 0; i < n; ++i) {
          g[i] = static_cast<T>(std::cos(1.7 * double(i)));
          x[i] = i % 5 == 2 ? T(0) : static_cast<T>(6 * std::sin(0.7 * double(i)));
          want[i] = static_cast<T>(gradient.of(g[i], x[i], slope));
        }
        const auto* kernel = kernels::find_elementwise<T>(target, gradient.name);
        ASSERT_NE(kernel, nullptr) << gradient.name;
        expect_same<T>(by_kernel<T>(*kernel, slope, {g, x}), want, rounding<T>,
                       std::string(gradient.name) + " on " + std::string(target.name));
      }
}

TYPED_TEST(VectorOps, SumExactlyTheNumbersGivenInOneOrderEverywhere) {
  using T = TypeParam;
  for (const std::size_t n :
       {std::size_t{0}, std::size_t{1}, std::size_t{31}, std::size_t{32}, std::size_t{1000}}) {
    PaddedBuffer<T> x(n);
    Long exact_sum = 0;
    for (std::size_t i = 0; i < n; ++i) exact_sum += x[i] = static_cast<T>(std::sin(double(i)) * 100);
    std::set<double> sums;
    for (const kernels::Target& target : kernels::usable_targets())
      sums.insert(kernels::vector_ops<T>(target)->sum(x.data(), n));
    ASSERT_EQ(sums.size(), 1U) << n;
    EXPECT_NEAR(*sums.begin(), double(exact_sum), 1000 * tolerance::float64_rounding);
  }
}
