// What every operation of the registry must pass, on the samples that its room states.
#include <cmath>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "ops/shared/elementwise.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
using hs::Op;
using hs::Tensor;

namespace {

/// Σ cotangent · op(inputs): a scalar whose gradient meets every output element.
Tensor weighed(const Op& op, const hs::Sample& sample, const std::vector<Tensor>& inputs) {
  hs::Inputs list;
  for (const Tensor& input : inputs) list.push_back(input);
  const Tensor y = hs::apply(op, list, sample.attributes);
  return (y * hs::elementwise::sample(y.shape(), 0.5, 1.5, 7).to(y.dtype())).sum();
}

std::vector<Tensor> leaves_of(const hs::Sample& sample) {
  std::vector<Tensor> leaves;
  for (const Tensor& input : sample.inputs)
    leaves.push_back(hs::is_floating(input.dtype()) ? input.detach().requires_grad_() : input);
  return leaves;
}

std::vector<Tensor> moved(std::vector<Tensor> inputs, std::size_t which, std::int64_t element, double by) {
  std::vector<double> values = inputs[which].to_vector<double>();
  values[static_cast<std::size_t>(element)] += by;
  inputs[which] = hs::tensor(values, inputs[which].shape(), {.requires_grad = true});
  return inputs;
}

using Function = std::function<double(const std::vector<Tensor>&)>;

/// (f(x−2h) − 8f(x−h) + 8f(x+h) − f(x+2h)) / 12h
double central_difference(const Function& f, const std::vector<Tensor>& x, std::size_t which,
                          std::int64_t element) {
  const double h = 1e-3;
  const auto at = [&](double steps) { return f(moved(x, which, element, steps * h)); };
  return (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h);
}

void expect_close(double derivative, double numerical, double tolerance, const std::string& where) {
  EXPECT_NEAR(derivative, numerical, tolerance * std::max(1.0, std::abs(numerical))) << where;
}

class Room : public testing::TestWithParam<const Op*> {
 protected:
  const Op& op() const { return *GetParam(); }
  /// Every floating input that the operation has a derivative by, on every sample.
  template <class Body>
  void for_each_input(Body&& body) {
    for (const hs::Sample& sample : op().samples())
      for (std::size_t i = 0; i < sample.inputs.size(); ++i)
        if (op().has_derivative(i)) body(sample, leaves_of(sample), i);
  }
};

}  // namespace

TEST_P(Room, StatesItsFacts) {
  EXPECT_FALSE(op().name.empty());
  EXPECT_FALSE(op().words.empty());
  EXPECT_NE(op().latex.find("{0}"), std::string_view::npos);
  EXPECT_NE(op().text.find("{0}"), std::string_view::npos);
  EXPECT_TRUE((op().forward == nullptr) != (op().view == nullptr)) << "exactly one of forward and view";
  ASSERT_NE(op().samples, nullptr);
  EXPECT_FALSE(op().samples().empty());
  EXPECT_EQ(hs::find_operation(op().name), &op());
}

TEST_P(Room, GivesTheTypeThatItsRulePromises) {
  for (const hs::Sample& sample : op().samples()) {
    std::vector<const hs::Array*> arrays;
    hs::Inputs inputs;
    for (const Tensor& input : sample.inputs) {
      arrays.push_back(&input.array());
      inputs.push_back(input);
    }
    const hs::TensorType promised = op().rule(hs::Operands(arrays), sample.attributes);
    EXPECT_EQ(hs::apply(op(), inputs, sample.attributes).array().type(), promised);
  }
}

TEST_P(Room, FirstDerivativeIsTheNumericalOne) {
  for_each_input([&](const hs::Sample& sample, const std::vector<Tensor>& x, std::size_t i) {
    const Tensor gradient = hs::grad(weighed(op(), sample, x), x[i]);
    const Function f = [&](const std::vector<Tensor>& at) { return weighed(op(), sample, at).item(); };
    for (std::int64_t e = 0; e < x[i].elements(); ++e)
      expect_close(
          gradient.array().at(e), central_difference(f, x, i, e), tolerance::first_derivative,
          std::string(op().name) + ", input " + std::to_string(i) + ", element " + std::to_string(e));
  });
}

TEST_P(Room, SecondDerivativeIsTheNumericalOneOfTheFirst) {
  for_each_input([&](const hs::Sample& sample, const std::vector<Tensor>& x, std::size_t i) {
    const auto slope = [&](const std::vector<Tensor>& at, bool create_graph) {
      const Tensor gradient = hs::grad(weighed(op(), sample, at), at[i], {.create_graph = create_graph});
      return (gradient * hs::elementwise::sample(gradient.shape(), 0.5, 1.5, 3)).sum();
    };
    const Tensor first = slope(x, true);
    if (!first.requires_grad()) return;  // linear: its derivative is a constant
    const Function f = [&](const std::vector<Tensor>& at) { return slope(at, false).item(); };
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (!x[k].requires_grad()) continue;
      const Tensor second = hs::grad(first, x[k]);
      for (std::int64_t e = 0; e < x[k].elements(); ++e)
        expect_close(second.array().at(e), central_difference(f, x, k, e), tolerance::second_derivative,
                     std::string(op().name) + ", inputs " + std::to_string(i) + " and " + std::to_string(k));
    }
  });
}

TEST_P(Room, LocalDerivativesAddUpToTheGradient) {
  for_each_input([&](const hs::Sample& sample, const std::vector<Tensor>& x, std::size_t i) {
    hs::Inputs inputs;
    for (const Tensor& input : x) inputs.push_back(input);
    const Tensor y = hs::apply(op(), inputs, sample.attributes);
    if (y.dtype() != hs::float64) return;
    const Tensor cotangent = hs::elementwise::sample(y.shape(), 0.5, 1.5, 7);
    std::vector<double> total(static_cast<std::size_t>(x[i].elements()));
    for (std::int64_t e = 0; e < y.elements(); ++e)
      for (const hs::LocalDerivative& d : hs::local_derivatives(y, e))
        if (d.input == i) total[static_cast<std::size_t>(d.element)] += cotangent.array().at(e) * d.value;
    const Tensor gradient = hs::grad(y, x[i], {.cotangent = cotangent});
    for (std::int64_t e = 0; e < x[i].elements(); ++e)
      expect_close(total[static_cast<std::size_t>(e)], gradient.array().at(e), tolerance::float64_rounding,
                   std::string(op().name));
  });
}

TEST_P(Room, Float32IsFloat64Rounded) {
  for (const hs::Sample& sample : op().samples()) {
    hs::Inputs exact, rounded;
    for (const Tensor& input : sample.inputs) {
      const bool floats = hs::is_floating(input.dtype());
      rounded.push_back(floats ? input.to(hs::float32) : input);
      exact.push_back(floats ? rounded.back().to(hs::float64) : input);
    }
    const Tensor want = hs::apply(op(), exact, sample.attributes),
                 got = hs::apply(op(), rounded, sample.attributes);
    for (std::int64_t e = 0; e < want.elements(); ++e)
      expect_close(got.array().at(e), want.array().at(e), tolerance::float32_rounding,
                   std::string(op().name));
  }
}

TEST_P(Room, SamplesAvoidTheKinks) {
  if (!op().regime) return;
  for (const hs::Sample& sample : op().samples())
    for (std::int64_t e = 0; e < sample.inputs[0].elements(); ++e) {
      std::vector<double> at;
      for (const Tensor& input : sample.inputs) at.push_back(input.array().at(e));
      EXPECT_NE(op().regime(at, sample.attributes), hs::Regime::kink);
    }
}

INSTANTIATE_TEST_SUITE_P(All, Room, testing::ValuesIn(hs::operations()),
                         [](const auto& param_info) { return std::string(param_info.param->name); });

TEST(Registry, HoldsEveryFileOfTheFolderAndNothingElse) {
  std::set<std::string> files, names;
  for (const auto& entry : std::filesystem::directory_iterator(HINDSIGHT_SOURCE "/src/ops"))
    if (entry.path().extension() == ".cpp") files.insert(entry.path().stem().string());
  for (const Op* op : hs::operations()) names.insert(std::string(op->name));
  EXPECT_EQ(names, files);
}
