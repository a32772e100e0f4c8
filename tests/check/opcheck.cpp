// The proof finds planted mistakes, names them, and lets right derivatives pass.
#include <algorithm>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::Check;
using hs::Opcheck;
using hs::Tensor;
using hs::tensor;
using List = std::span<const Tensor>;

namespace {

constexpr hs::TensorOptions exact{.dtype = hs::float64};

hs::TensorType like_its_input(hs::Operands in, const hs::Attributes&) { return in[0].type(); }

/// y = f(x), element by element, on any layout.
template <class F>
void each(hs::Operands in, hs::Array& out, F f) {
  hs::dispatch(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_floating_point_v<T>)
      for (std::int64_t i = 0; i < out.elements(); ++i)
        out.mutable_data<T>()[i] = static_cast<T>(f(in[0].at(i)));
  });
}
void square_forward(hs::Operands in, const hs::Attributes&, hs::Array& out) {
  each(in, out, [](double x) { return x * x; });
}

/// x², with a derivative of the test's own.
hs::Op square_with(hs::Op::Partial partial) {
  return {.name = "square",
          .latex = "{0}^2",
          .text = "square({0})",
          .words = "the number times itself",
          .elementwise = true,
          .rule = like_its_input,
          .forward = square_forward,
          .partials = {partial},
          .samples = [] {
            return std::vector<hs::Sample>{{{tensor({{1.5, -2}, {0.5, 3}, {-1, 2.5}}, exact)}},
                                           {{tensor({{-0.7, 1}, {2.5, -3}, {1.25, 0.6}}, exact)}}};
          }};
}

/// The sum over the first axis of a matrix, with a derivative of the test's own.
hs::Op column_sums_with(hs::Op::Vjp vjp) {
  return {.name = "column_sums",
          .latex = R"(\sum {0})",
          .text = "column_sums({0})",
          .words = "adds up the rows",
          .rule = [](hs::Operands in, const hs::Attributes&) -> hs::TensorType {
            return {{in[0].shape()[1]}, in[0].dtype()};
          },
          .forward =
              [](hs::Operands in, const hs::Attributes&, hs::Array& out) {
                const hs::Array sums = Tensor(in[0]).sum(0).array().contiguous();
                hs::dispatch(out.dtype(), [&](auto zero) {
                  using T = decltype(zero);
                  std::copy(sums.data<T>(), sums.data<T>() + sums.elements(), out.mutable_data<T>());
                });
              },
          .vjps = {vjp},
          .samples =
              [] {
                return std::vector<hs::Sample>{{{tensor({{1.5, -2, 1}, {0.5, 3, -1}}, exact)}}};
              }};
}

std::string cause(const Opcheck& result) { return result.causes.empty() ? "" : result.causes[0]; }

bool found(const Opcheck& result, Check check) {
  for (const auto& finding : result.wrong)
    if (finding.check == check) return true;
  return false;
}

}  // namespace

TEST(Opcheck, ProvesARightOperation) {
  const hs::Op op = square_with([](const Tensor& y) { return 2.0 * y.input(0); });
  const Opcheck result = hs::opcheck(op);
  EXPECT_TRUE(result.passed()) << result.str();
  EXPECT_EQ(result.str(),
            "square: 12 first and 12 second derivatives proven, 0 at kinks left out, nothing wrong\n");
}

TEST(Opcheck, SaysWhichElementIsWrongWithBothNumbers) {
  const hs::Op op = square_with([](const Tensor& y) { return y.input(0); });
  const Opcheck result = hs::opcheck(op);
  EXPECT_FALSE(result.passed());
  ASSERT_TRUE(found(result, Check::first));
  const auto& finding = result.wrong[0];
  EXPECT_EQ(finding.check, Check::first);
  EXPECT_EQ(finding.input, "input 0");
  EXPECT_NEAR(finding.measured, 2 * finding.stated, 1e-9);
  EXPECT_NE(finding.str().find("first derivative by input 0[0, 0]: stated "), std::string::npos)
      << finding.str();
  EXPECT_TRUE(found(result, Check::taylor));
  EXPECT_EQ(
      cause(result),
      "first derivative by input 0: it is half of what was measured: a factor 2 is missing, as in d(x²) "
      "= 2x (or divided by N once too often, N = 2, the length of axis 1 of the input [3, 2])");
}

TEST(Opcheck, KnowsTheFaceOfAWrongSign) {
  const hs::Op op = square_with([](const Tensor& y) { return -2.0 * y.input(0); });
  EXPECT_EQ(cause(hs::opcheck(op)),
            "first derivative by input 0: the sign is wrong: it is the negative of what was measured");
}

TEST(Opcheck, KnowsTheFaceOfAMeanThatWasMissed) {
  const hs::Op times = square_with([](const Tensor& y) { return 6.0 * y.input(0); });
  EXPECT_EQ(
      cause(hs::opcheck(times)),
      "first derivative by input 0: it is N times too large (N = 3, the length of axis 0 of the input [3, "
      "2]): a mean whose 1/N is missing");
  const hs::Op divided = square_with([](const Tensor& y) { return (1.0 / 3) * y.input(0); });
  EXPECT_EQ(
      cause(hs::opcheck(divided)),
      "first derivative by input 0: it is 1/N of what was measured (N = 6, the number of elements of the "
      "input [3, 2]): divided by N once too often");
}

TEST(Opcheck, KnowsTheFaceOfNothing) {
  const hs::Op op = square_with([](const Tensor& y) { return 0.0 * y.input(0); });
  EXPECT_EQ(cause(hs::opcheck(op)),
            "first derivative by input 0: it is zero everywhere: nothing arrives at this input (a detach, a "
            "cast, a value that was frozen, or a derivative that returns zeros)");
}

TEST(Opcheck, KnowsTheFaceOfAMissingBranch) {
  const hs::Op op = square_with([](const Tensor& y) { return 2.0 * relu(y.input(0)); });
  EXPECT_EQ(cause(hs::opcheck(op)),
            "first derivative by input 0: it is wrong for negative inputs only: one branch is missing or has "
            "the other's derivative");
}

TEST(Opcheck, KnowsTheFaceOfAMissingTerm) {
  const hs::Op op = square_with([](const Tensor& y) { return 2.0 * y.input(0) - 1.0; });
  EXPECT_EQ(
      cause(hs::opcheck(op)),
      "first derivative by input 0: what lacks is 1 at every element: a term is missing (the product rule "
      "has two)");
}

TEST(Opcheck, KnowsTheFaceOfAStaleGradient) {
  static Tensor first;  // kept over calls, as a buffer that nobody clears
  const hs::Op op = square_with([](const Tensor& y) {
    if (y.dtype() != hs::float64) return 2.0 * y.input(0);
    if (!first.defined()) first = 2.0 * y.input(0).detach();
    return first;
  });
  const auto causes = hs::opcheck(op).causes;
  EXPECT_NE(std::find(causes.begin(), causes.end(),
                      "first derivative by input 0: it is stale: the gradient of the call before, on another "
                      "sample"),
            causes.end());
}

TEST(Opcheck, KnowsTheFaceOfATranspose) {
  const Opcheck result =
      hs::opcheck("f",
                  [](List in) {
                    static const hs::Op product = {
                        .name = "wrong_product",
                        .latex = "{0}{1}",
                        .text = "{0}{1}",
                        .words = "a product whose cotangents are transposed",
                        .arity = 2,
                        .elementwise = true,
                        .rule = like_its_input,
                        .forward =
                            [](hs::Operands o, const hs::Attributes&, hs::Array& out) {
                              hs::dispatch(out.dtype(), [&](auto zero) {
                                using T = decltype(zero);
                                for (std::int64_t i = 0; i < out.elements(); ++i)
                                  out.mutable_data<T>()[i] = static_cast<T>(o[0].at(i) * o[1].at(i));
                              });
                            },
                        .vjps = {[](const Tensor& y, const Tensor& g) { return (g * y.input(1)).t(); },
                                 [](const Tensor& y, const Tensor& g) { return g * y.input(0); }}};
                    return hs::apply(product, {in[0], in[1]});
                  },
                  {{tensor({{1, 2}, {3, 4}}, exact), tensor({{-0.5, 2}, {1.5, 0.7}}, exact)}});
  EXPECT_EQ(cause(result), "first derivative by input 0: it is the transpose of what was measured");
}

TEST(Opcheck, KnowsTheFaceOfABroadcastThatIsNotSummed) {
  static const hs::Op stretch = {
      .name = "stretch",
      .latex = "{0}",
      .text = "stretch({0})",
      .words = "a row repeated three times",
      .rule = [](hs::Operands in, const hs::Attributes&) -> hs::TensorType {
        return {{3, in[0].shape()[0]}, in[0].dtype()};
      },
      .view =
          [](const hs::Array& x, const hs::Attributes&) {
            return x.broadcast_to({3, x.shape()[0]});
          },
      .vjps = {[](const Tensor&, const Tensor& g) { return g[0]; }},
  };
  const std::vector<hs::Sample> samples{{{tensor({1.0, 2.0}, exact)}}};
  EXPECT_EQ(
      cause(hs::opcheck(stretch, samples)),
      "first derivative by input 0: of the outputs that an element reaches only one is counted: what was "
      "broadcast is not summed");
}

TEST(Opcheck, KnowsTheFaceOfExchangedInputsAndOfAnUnusedCotangent) {
  const hs::Op ones = column_sums_with(
      [](const Tensor& y, const Tensor& g) { return hs::ones(y.input(0).shape(), {.dtype = g.dtype()}); });
  EXPECT_EQ(cause(hs::opcheck(ones)),
            "first derivative by input 0: the cotangent of the output is not multiplied in");
  const Opcheck exchanged = hs::opcheck("f", [](List in) { return in[0] * in[1].detach() + in[1] * 1.0; },
                                        {{tensor({1.0, 2.0}, exact), tensor({3.0, 4.0}, exact)}});
  EXPECT_FALSE(exchanged.passed()) << "the product rule lost the second factor";
}

TEST(Opcheck, ASecondDerivativeThatWasCutOffIsWrong) {
  const hs::Op op = square_with([](const Tensor& y) { return 2.0 * y.input(0).detach(); });
  const Opcheck result = hs::opcheck(op);
  EXPECT_FALSE(found(result, Check::first));
  EXPECT_TRUE(found(result, Check::second));
  EXPECT_EQ(cause(result),
            "second derivative by input 0: it is zero everywhere: nothing arrives at this input (a detach, a "
            "cast, a value that was frozen, or a derivative that returns zeros)");
}

TEST(Opcheck, NamesKinksAndLeavesThemOut) {
  const Opcheck result =
      hs::opcheck("relu", [](List in) { return hs::relu(in[0]); }, {{tensor({-1, 0, 2}, exact).named("x")}});
  EXPECT_TRUE(result.passed()) << result.str();
  EXPECT_EQ(result.str(),
            "relu: 2 first and 2 second derivatives proven, 1 at kinks left out, nothing wrong\n"
            "  kink of relu by x[1] (sample 0), excluded\n");
}

TEST(Opcheck, SamplesWhereNothingPassesProveNothing) {
  const auto f = [](List in) { return hs::relu(in[0]); };
  const Opcheck result = hs::opcheck("relu", f, {{tensor({-1, -3}, exact)}});
  ASSERT_EQ(result.wrong.size(), 1U) << result.str();
  EXPECT_EQ(
      result.wrong[0].str(),
      "vacuous by input 0: 0 of 2 derivatives are not zero, and there are some (at -1x +0 one is 1): the "
      "check is vacuous, choose samples where the function changes (sample 0)");
  EXPECT_TRUE(
      hs::opcheck("sign", [](List in) { return hs::sign(in[0]); }, {{tensor({-1, 3}, exact)}}).passed())
      << "flat wherever it has a derivative";
}

TEST(Opcheck, CatchesWhatIsNoFunctionOfItsInputs) {
  const nn::Module dropout = nn::Dropout({.p = 0.5});
  const auto f = [&](List in) { return dropout(in[0]); };
  const Opcheck result = hs::opcheck("Dropout", f, {{hs::full({64}, 1, exact)}});
  EXPECT_TRUE(found(result, Check::purity));
  dropout.eval();
  EXPECT_TRUE(hs::opcheck("Dropout", f, {{hs::full({64}, 1, exact)}}).passed());
}

TEST(Opcheck, CatchesAForwardThatIgnoresStrides) {
  hs::Op op = square_with([](const Tensor& y) { return 2.0 * y.input(0); });
  op.forward = [](hs::Operands in, const hs::Attributes&, hs::Array& out) {
    hs::dispatch(out.dtype(), [&](auto zero) {
      using T = decltype(zero);
      if constexpr (std::is_floating_point_v<T>)
        for (std::int64_t i = 0; i < out.elements(); ++i)
          out.mutable_data<T>()[i] = in[0].data<T>()[i] * in[0].data<T>()[i];
    });
  };
  EXPECT_TRUE(found(hs::opcheck(op), Check::layout));
}

TEST(Opcheck, CatchesATailThatIsForgotten) {
  hs::Op op = square_with([](const Tensor& y) { return 2.0 * y.input(0); });
  op.forward = [](hs::Operands in, const hs::Attributes&, hs::Array& out) {
    const std::int64_t whole = out.elements() < 8 ? out.elements() : out.elements() / 8 * 8;
    hs::dispatch(out.dtype(), [&](auto zero) {
      using T = decltype(zero);
      if constexpr (std::is_floating_point_v<T>)
        for (std::int64_t i = 0; i < out.elements(); ++i)
          out.mutable_data<T>()[i] = i < whole ? static_cast<T>(in[0].at(i) * in[0].at(i)) : T(0);
    });
  };
  const Opcheck result = hs::opcheck(op);
  EXPECT_TRUE(found(result, Check::lengths));
  EXPECT_FALSE(found(result, Check::first)) << "the samples are shorter than a vector";
}

TEST(Opcheck, CatchesAGradientOfAnotherDtype) {
  hs::Op op = square_with(nullptr);
  op.vjps = {[](const Tensor& y, const Tensor& g) { return (2.0 * g * y.input(0)).to(hs::float64); }};
  const Opcheck result = hs::opcheck(op);
  ASSERT_EQ(result.wrong.size(), 2U) << result.str();
  EXPECT_EQ(result.wrong[0].note, "the gradient is float64, and its input float32");
}

TEST(Opcheck, CatchesATypeThatTheRuleDidNotPromise) {
  static const hs::Op op = {
      .name = "turned",
      .latex = "{0}",
      .text = "turned({0})",
      .words = "a transpose whose rule forgets to turn the shape",
      .rule = like_its_input,
      .view =
          [](const hs::Array& x, const hs::Attributes&) {
            return x.permuted({1, 0});
          },
  };
  const std::vector<hs::Sample> samples{{{tensor({{1.0, 2.0, 3.0}}, exact)}}};
  EXPECT_EQ(hs::opcheck(op, samples).wrong.at(0).str(),
            "type: the rule promised float64 [1, 3], and the value is float64 [3, 1] (sample 0)");
}

TEST(Opcheck, ProvesModulesByTheirParametersToo) {
  const nn::Module model = nn::Sequential(nn::Linear(3, 4), nn::Tanh(), nn::Linear(4, 2)).to(hs::float64);
  const auto f = [&](List in) { return model(in[0]); };
  const auto before = model.state_dict();
  const Opcheck result =
      hs::opcheck("model", f, model.parameters(), {{tensor({{0.3, -1, 2}, {1, 0.5, -0.2}}, exact)}});
  EXPECT_TRUE(result.passed()) << result.str();
  EXPECT_EQ(result.first_equal, 6U + 12 + 4 + 8 + 2);
  for (const auto& [name, value] : model.state_dict())
    EXPECT_TRUE(value.array().identical(before.at(name).array()));
}

TEST(Opcheck, NeedsSamples) {
  hs::Op op = square_with(nullptr);
  op.samples = nullptr;
  expect_error<hs::ValueError>([&] { hs::opcheck(op); },
                               "opcheck: square has no samples: give inputs that the proof can be tried on");
}
