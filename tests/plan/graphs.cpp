// Any graph that autograd accepts compiles: steps that are no plain perceptrons, against the eager loop.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Parameter;
using hs::Tensor;

namespace {

using Parameters = std::vector<Parameter>;
using LossOf = std::function<Tensor(const Parameters& p, const Tensor& x, const Tensor& t)>;

Tensor uniform(const hs::Shape& shape, std::uint32_t seed, double low = -1, double high = 1) {
  return Tensor(hs::Generator(seed).uniform(shape, low, high));
}

Parameters made(const std::vector<hs::Shape>& shapes) {
  Parameters parameters;
  for (const hs::Shape& shape : shapes) {
    const auto k = static_cast<std::uint32_t>(parameters.size());
    parameters.emplace_back("p" + std::to_string(k), uniform(shape, 100 + k, -0.7, 0.7));
  }
  return parameters;
}

/// Four steps from the same start.
void expect_the_eager_numbers(const std::vector<hs::Shape>& shapes, const Tensor& x, const Tensor& t,
                              const LossOf& loss_of, const std::string& what) {
  const Parameters eager = made(shapes), compiled = made(shapes);
  const optim::SGD eager_optimizer(eager, {.lr = 0.05, .momentum = 0.9}),
      optimizer(compiled, {.lr = 0.05, .momentum = 0.9});
  auto step =
      hs::compile([&](const Tensor& in, const Tensor& out) { return loss_of(compiled, in, out); }, optimizer);
  for (int i = 0; i < 4; ++i) {
    eager_optimizer.zero_grad();
    const Tensor loss = loss_of(eager, x, t);
    loss.backward();
    eager_optimizer.step();
    const double bound = tolerance::compiled_steps * std::max(1.0, std::abs(loss.item()));
    ASSERT_NEAR(step(x, t), loss.item(), bound) << what << ", step " << i << "\n" << step.describe();
    for (std::size_t k = 0; k < shapes.size(); ++k)
      for (std::int64_t e = 0; e < eager[k].value().elements(); ++e)
        ASSERT_NEAR(compiled[k].value().array().at(e), eager[k].value().array().at(e), bound)
            << what << ", step " << i << ", p" << k << ", element " << e << "\n"
            << step.describe();
  }
}

/// body(batch, hidden units): few and many of both.
template <class Body>
void each_size(const Body& body) {
  for (const std::int64_t batch : {1, 7, 20})
    for (const std::int64_t units : {6, 40}) body(batch, units);
}

/// On x [B, 3] and t [B, outputs], with 3-H-outputs networks and what else there is among the parameters.
void expect_on_each_size(const std::function<std::vector<hs::Shape>(std::int64_t units)>& shapes,
                         std::int64_t outputs, const LossOf& loss_of) {
  each_size([&](std::int64_t batch, std::int64_t units) {
    expect_the_eager_numbers(shapes(units), uniform({batch, 3}, 1), uniform({batch, outputs}, 2, 0, 1),
                             loss_of,
                             "batch " + std::to_string(batch) + ", " + std::to_string(units) + " units");
  });
}

Tensor layer(const Tensor& x, const Parameters& p, std::size_t k) {
  return hs::linear(x, p[k].value(), p[k + 1].value());
}
Tensor squares(const Tensor& y, const Tensor& t) { return nn::MSELoss()(y, t); }

std::vector<hs::Shape> two_layers(std::int64_t units) { return {{units, 3}, {units}, {2, units}, {2}}; }

}  // namespace

TEST(Graphs, ResidualConnections) {
  expect_on_each_size(
      [](std::int64_t h) {
        return std::vector<hs::Shape>{{h, 3}, {h}, {h, h}, {h}, {2, h}, {2}};
      },
      2,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        const Tensor first = hs::tanh(layer(x, p, 0));
        return squares(layer(hs::tanh(layer(first, p, 2)) + first, p, 4), t);
      });
}

TEST(Graphs, TwoHeadsOfOneLayer) {
  expect_on_each_size(
      [](std::int64_t h) {
        return std::vector<hs::Shape>{{h, 3}, {h}, {2, h}, {2}, {1, h}, {1}};
      },
      2,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        const Tensor hidden = hs::relu(layer(x, p, 0));
        return squares(layer(hidden, p, 2), t) + hs::relu(layer(hidden, p, 4)).mean();
      });
}

TEST(Graphs, SharedWeights) {
  expect_on_each_size(
      [](std::int64_t) {
        return std::vector<hs::Shape>{{3, 3}, {3}};
      },
      3,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        return squares(layer(hs::tanh(layer(x, p, 0)), p, 0), t);
      });
}

TEST(Graphs, WeightsComputedInTheStep) {
  const auto shapes = [](std::int64_t h) { return std::vector<hs::Shape>{{h, 3}, {h}, {2, h}, {2}, {1}}; };
  // Of each kind: what samples read directly, through a view, through a product, and one number for all.
  expect_on_each_size(shapes, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor w = p[0].value(), v = p[2].value();
    return squares(hs::linear(hs::tanh(hs::linear(x, w * w, p[1].value())), v + v * v, p[3].value()), t);
  });
  expect_on_each_size(shapes, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor w = p[0].value();
    return squares(layer(hs::tanh(hs::matmul(x, hs::exp(w).t()) + p[1].value()), p, 2), t);
  });
  expect_on_each_size(shapes, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    return squares(
        layer(hs::relu(layer(x, p, 0)) * hs::exp(p[4].value()), p, 2) * (p[3].value() * p[3].value()), t);
  });
}

TEST(Graphs, TiedWeightsOfAnAutoencoder) {
  expect_on_each_size(
      [](std::int64_t h) {
        return std::vector<hs::Shape>{{h, 3}, {h}, {3}};
      },
      3,
      [](const Parameters& p, const Tensor& x, const Tensor&) {
        return squares(hs::matmul(hs::relu(layer(x, p, 0)), p[0].value()) + p[2].value(), x);
      });
}

TEST(Graphs, PenaltiesOnWeightsAndActivities) {
  expect_on_each_size(two_layers, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor hidden = hs::relu(layer(x, p, 0)), w = p[0].value();
    return squares(layer(hidden, p, 2), t) + 0.01 * (w * w).sum() + 0.1 * hidden.mean();
  });
}

TEST(Graphs, GatesBetweenLayers) {
  expect_on_each_size(
      [](std::int64_t h) {
        return std::vector<hs::Shape>{{h, 3}, {h}, {h, 3}, {h}, {2, h}, {2}};
      },
      2,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        return squares(layer(layer(x, p, 0) * hs::sigmoid(layer(x, p, 2)), p, 4), t);
      });
}

TEST(Graphs, NormalisedRows) {
  expect_on_each_size(
      [](std::int64_t h) {
        return std::vector<hs::Shape>{{h, 3}, {h}, {2, h}, {2}, {h}, {h}};
      },
      2,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        const Tensor z = layer(x, p, 0), centred = z - hs::mean(z, hs::Shape{1}, true);
        const Tensor variance = hs::mean(centred * centred, hs::Shape{1}, true);
        const Tensor normal = centred / hs::sqrt(variance + 1e-2) * p[4].value() + p[5].value();
        return squares(layer(hs::relu(normal), p, 2), t);
      });
}

TEST(Graphs, GainsOfFeaturesAndOfAll) {
  expect_on_each_size(
      [](std::int64_t h) {
        return std::vector<hs::Shape>{{h, 3}, {h}, {2, h}, {2}, {3}, {}};
      },
      2,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        return squares(layer(hs::tanh(layer(x * p[4].value(), p, 0) * p[5].value()), p, 2), t);
      });
}

TEST(Graphs, LayersWithoutBiasAndWeightsStoredInByOut) {
  expect_on_each_size(
      [](std::int64_t h) {
        return std::vector<hs::Shape>{{h, 3}, {h, 2}, {2}};
      },
      2,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        const Tensor hidden = hs::tanh(hs::matmul(x, p[0].value().t()));
        return squares(p[2].value() + hs::matmul(hidden, p[1].value()), t);
      });
}

TEST(Graphs, LossesAddedUpWeightedAndMixed) {
  const auto shapes = [](std::int64_t h) { return std::vector<hs::Shape>{{h, 3}, {h}, {1, h}, {1}}; };
  const auto logits = [](const Parameters& p, const Tensor& x) {
    return layer(hs::relu(layer(x, p, 0)), p, 2);
  };
  expect_on_each_size(shapes, 1, [&](const Parameters& p, const Tensor& x, const Tensor& t) {
    return nn::BCEWithLogitsLoss({.reduction = nn::Reduction::sum})(logits(p, x), t);
  });
  expect_on_each_size(shapes, 1, [&](const Parameters& p, const Tensor& x, const Tensor& t) {
    return (nn::BCEWithLogitsLoss({.reduction = nn::Reduction::none})(logits(p, x), t) * t).mean();
  });
  expect_on_each_size(shapes, 1, [&](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor z = logits(p, x);
    return nn::BCEWithLogitsLoss()(z, t) + 2.0 * nn::BCELoss()(hs::sigmoid(z), t);
  });
}

TEST(Graphs, ChoicesByTheNumbers) {
  expect_on_each_size(two_layers, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor z = layer(x, p, 0);
    return squares(layer(hs::where(z > 0.1, z, z * 0.3) + hs::maximum(z, 0.0 * z), p, 2), t);
  });
}

TEST(Graphs, ASoftmaxInsideTheNetwork) {
  expect_on_each_size(two_layers, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    return squares(hs::softmax(layer(hs::relu(layer(x, p, 0)), p, 2), 1), t);
  });
}

// A bias of one number for all units: patterns::affine takes it for a bias of one number a unit.
TEST(Graphs, OneBiasForAllUnits) {
  expect_on_each_size(
      [](std::int64_t h) {
        return std::vector<hs::Shape>{{h, 3}, {1}, {2, h}, {2}};
      },
      2,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        return squares(layer(hs::tanh(hs::matmul(x, p[0].value().t()) + p[1].value()), p, 2), t);
      });
}

// The gradient at the samples depends on the total over the samples.
TEST(Graphs, AFunctionOfTheMeanLoss) {
  for (const auto& root :
       {+[](const Tensor& loss) { return hs::sqrt(loss); }, +[](const Tensor& loss) { return loss * loss; }})
    expect_on_each_size(two_layers, 2, [&](const Parameters& p, const Tensor& x, const Tensor& t) {
      return root(squares(layer(hs::tanh(layer(x, p, 0)), p, 2), t));
    });
}

TEST(Graphs, MeansOverTheBatch) {
  expect_on_each_size(two_layers, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor z = layer(x, p, 0);
    return squares(layer(hs::tanh(z - hs::mean(z, hs::Shape{0}, true)), p, 2), t);
  });
}

// Two parameters with one and the same gradient.
TEST(Graphs, SumsOfLayersWhoseBiasesShareTheirGradient) {
  expect_on_each_size(
      [](std::int64_t h) {
        return std::vector<hs::Shape>{{h, 3}, {h}, {2, h}, {2}, {2, 3}, {2}};
      },
      2,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        return squares(layer(hs::tanh(layer(x, p, 0)), p, 2) + layer(x, p, 4), t);
      });
}

// Padding samples are 0, whose logarithm meets a residual of 0 in the products: 0 · −∞.
TEST(Graphs, InputsWhoseValueAtZeroIsInfinite) {
  for (const auto& scaled :
       {+[](const Tensor& x) { return hs::log(hs::abs(x) + 0.0); }, +[](const Tensor& x) { return 1.0 / x; }})
    expect_on_each_size(two_layers, 2, [&](const Parameters& p, const Tensor& x, const Tensor& t) {
      return squares(layer(hs::tanh(layer(scaled(x), p, 0)), p, 2), t);
    });
}

// A loan moves no version, and still the plan must not go on with its own copy.
TEST(Graphs, ALoanOfOtherValuesIsSeenByAPlan) {
  hs::manual_seed(1);
  const nn::Sequential model(nn::Linear(3, 5), nn::Tanh(), nn::Linear(5, 2));
  auto infer = hs::compile(model), fresh = hs::compile(model);
  const Tensor x = uniform({4, 3}, 1).to(hs::float32);
  const double before = infer(x).array().at(0);
  infer(x);  // the second call captures for the last time
  const auto p = model.parameters();
  std::vector<Tensor> other;
  other.reserve(p.size());
  for (const auto& q : p) other.push_back(q.value() * 2.0);
  {
    const hs::ParameterLoan loan(p, other);
    EXPECT_NEAR(infer(x).array().at(0), model(x).array().at(0), tolerance::float32_rounding);
    expect_error<hs::StateError>([&] { fresh(x); },
                                 "parameter \"0.weight\" is lent another value (ParameterLoan), which a "
                                 "capture would freeze: call the compiled "
                                 "step twice before, or the plain function");
  }
  EXPECT_EQ(infer(x).array().at(0), before);
}

// A target made from the prediction itself: numbers that change at every step, through which no gradient
// flows.
TEST(Graphs, WhatIsDetachedIsComputedAnew) {
  expect_on_each_size(two_layers, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor y = layer(hs::tanh(layer(x, p, 0)), p, 2);
    return squares(y, t + y.detach() * 0.5);
  });
}

TEST(Graphs, PartsJoinedPickedAndTurned) {
  expect_on_each_size(two_layers, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor hidden = hs::tanh(layer(x, p, 0));
    const auto halves = hidden.chunk(2, 1);
    const Tensor joined = hs::cat({hs::exp(halves[1]), halves[0].flip({1})}, 1);
    const Tensor picked = joined.index_select(1, hs::arange(hidden.size(1)).flip({0}));
    return squares(layer(hs::pad(picked, {1, -1}, "circular"), p, 2), t);
  });
}

TEST(Graphs, ReductionsOfEverySort) {
  expect_on_each_size(two_layers, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor hidden = layer(x, p, 0), w = p[2].value();
    const Tensor spread = (hidden - hidden.mean(1, true)) / (hidden.var(1, false, true) + 0.1);
    return squares(layer(hs::tanh(spread), p, 2), t) + 0.1 * hs::logsumexp(hidden, 1).mean() +
           0.1 * hidden.max(1).values.mean() + 0.01 * w.norm() + 0.01 * w.std() +
           0.01 * (0.1 * w.narrow(1, 0, 3) + 1.0).prod();
  });
}

TEST(Graphs, BatchesOfMatrices) {
  expect_on_each_size(two_layers, 2, [](const Parameters& p, const Tensor& x, const Tensor& t) {
    const Tensor hidden = layer(x, p, 0);
    const Tensor pairs = hidden.reshape({hidden.size(0), hidden.size(1) / 2, 2});
    const Tensor mixed = hs::matmul(pairs, hs::matmul(pairs.transpose(1, 2), pairs)).flatten(1);
    return squares(layer(hs::tanh(mixed), p, 2), t) + 0.01 * p[0].value().tril().cumsum(0).mean();
  });
}

// The input is the cotangent of the first layer; where there is no sample it must stay what a logarithm
// takes.
TEST(Graphs, AnInputThatIsACotangent) {
  expect_on_each_size(
      [](std::int64_t) {
        return std::vector<hs::Shape>{{2, 3}, {2}, {2, 2}, {2}};
      },
      2,
      [](const Parameters& p, const Tensor& x, const Tensor& t) {
        return (layer(x, p, 0) * t).sum() + hs::tanh(layer(hs::log(t), p, 2)).sum();
      });
}

TEST(Graphs, ATransposeOfSamplesAsAResult) {
  const Parameters p = made({{4, 3}, {4}});
  const auto both = [&](const Tensor& x) {
    const Tensor z = layer(x, p, 0);
    return std::vector<Tensor>{z.t(), z};
  };
  hs::Plan plan([&](std::span<const Tensor> in) { return both(in[0]); });
  const Tensor x = uniform({5, 3}, 1);
  const Tensor* const inputs[] = {&x};
  for (int i = 0; i < 3; ++i) {
    const std::vector<Tensor> got = plan.run(inputs), want = both(x);
    for (std::size_t k = 0; k < 2; ++k) {
      ASSERT_EQ(got[k].shape(), want[k].shape());
      for (std::int64_t e = 0; e < want[k].elements(); ++e)
        ASSERT_NEAR(got[k].array().at(e), want[k].array().at(e), tolerance::compiled_steps);
    }
  }
}
