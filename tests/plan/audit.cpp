// Audited steps: the plan against the recorded operations in float64, during training.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

/// The report after `steps` steps of a network with dropout and Adam.
hs::AuditReport audited(hs::DType dtype, std::int64_t every, int steps, std::int64_t units = 12) {
  hs::manual_seed(4);
  const nn::Sequential model(nn::Linear(3, units), nn::GELU(), nn::Dropout({.p = 0.2}), nn::Linear(units, 2));
  model.to(dtype);
  const optim::Adam optimizer(model.parameters(), {.lr = 0.01});
  auto step = hs::compile([&](const Tensor& x, const Tensor& t) { return nn::MSELoss()(model(x), t); },
                          optimizer, {.audit_every = every});
  const Tensor x = hs::randn({50, 3}).to(dtype), t = hs::rand({50, 2}).to(dtype);
  for (int i = 0; i < steps; ++i) step(x, t);
  return step.audit();
}

}  // namespace

TEST(Audit, ChecksTheFirstStepAndEveryNthAfterIt) {
  EXPECT_EQ(audited(hs::float32, 10, 21).steps, 3);
  EXPECT_EQ(audited(hs::float32, 0, 21).steps, 0);
}

TEST(Audit, FindsRoundingsAloneInBothLayouts) {
  for (const std::int64_t units : {12, 40}) {
    const hs::AuditReport narrow = audited(hs::float64, 1, 10, units),
                          single = audited(hs::float32, 1, 10, units);
    EXPECT_LT(narrow.largest, tolerance::compiled_steps) << narrow.where;
    EXPECT_GT(single.largest, narrow.largest) << "float32 rounds more";
    EXPECT_LT(single.largest, tolerance::audited_float32) << single.where;
    EXPECT_FALSE(single.where.empty());
  }
}
