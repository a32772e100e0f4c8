// A compiled step allocates nothing once it is warm: every operator new of this program counts.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

std::atomic<std::size_t> allocations{0};

// std::aligned_alloc takes whole multiples of the alignment only.
void* allocated(std::size_t size, std::size_t alignment) {
  ++allocations;
  const std::size_t whole = (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment;
  if (void* const place = std::aligned_alloc(alignment, whole)) return place;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocated(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocated(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }
void operator delete(void* place, std::align_val_t) noexcept { std::free(place); }
void operator delete(void* place, std::size_t, std::align_val_t) noexcept { std::free(place); }

namespace {

struct Batch {
  Tensor x, t;
};

/// Allocations of 1,000 warm steps that turn between two batches, as a loader does.
template <class Loss>
std::size_t allocations_of(const nn::Sequential& model, const Loss& loss_fn,
                           const optim::Optimizer& optimizer, const std::vector<Batch>& batches) {
  auto step = hs::compile([&](const Tensor& x, const Tensor& t) { return loss_fn(model(x), t); }, optimizer);
  for (int i = 0; i < 4; ++i) step(batches[0].x, batches[0].t);
  const std::size_t before = allocations;
  double sum = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    const Batch& batch = batches[i % batches.size()];
    sum += step(batch.x, batch.t);
  }
  const std::size_t after = allocations;
  EXPECT_GT(sum, 0);
  return after - before;
}

nn::Sequential network(std::int64_t outputs) {
  return nn::Sequential(nn::Linear(5, 16), nn::Tanh(), nn::Linear(16, 16), nn::ReLU(),
                        nn::Linear(16, outputs));
}

std::vector<Batch> regression() {
  std::vector<Batch> batches;
  for (int i = 0; i < 2; ++i) batches.push_back({hs::randn({50, 5}), hs::rand({50, 3})});
  return batches;
}

std::vector<Batch> classes() {
  std::vector<Batch> batches;
  for (int i = 0; i < 2; ++i) batches.push_back({hs::randn({50, 5}), hs::rand({50, 3}).argmax(1)});
  return batches;
}

}  // namespace

TEST(Allocation, IsCounted) {
  const std::size_t before = allocations;
  const std::vector<double> numbers(1000);
  EXPECT_EQ(allocations - before, 1U);
  EXPECT_EQ(numbers[999], 0);
}

TEST(Allocation, NoneInWarmStepsOfSgd) {
  const nn::Sequential model = network(3);
  EXPECT_EQ(allocations_of(model, nn::MSELoss(), optim::SGD(model.parameters(), {.lr = 0.01}), regression()),
            0U);
}

TEST(Allocation, NoneInWarmStepsOfSgdWithMomentumAndDecay) {
  const nn::Sequential model = network(3);
  const optim::SGD optimizer(model.parameters(),
                             {.lr = 0.01, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true});
  EXPECT_EQ(allocations_of(model, nn::CrossEntropyLoss(), optimizer, classes()), 0U);
}

TEST(Allocation, NoneInWarmStepsWithClippedGradients) {
  const nn::Sequential model = network(3);
  EXPECT_EQ(allocations_of(model, nn::L1Loss(),
                           optim::SGD(model.parameters(), {.lr = 0.01, .clip_norm = 0.1}), regression()),
            0U);
}

TEST(Allocation, NoneInWarmStepsOfAdam) {
  const nn::Sequential model = network(3);
  EXPECT_EQ(allocations_of(model, nn::CrossEntropyLoss(), optim::Adam(model.parameters()), classes()), 0U);
}

TEST(Allocation, NoneInWarmStepsOfAdamW) {
  const nn::Sequential model = network(3);
  EXPECT_EQ(allocations_of(model, nn::MSELoss(), optim::AdamW(model.parameters()), regression()), 0U);
}

TEST(Allocation, NoneInWarmStepsWithDropout) {
  const nn::Sequential model(nn::Linear(5, 16), nn::ReLU(), nn::Dropout({.p = 0.2}), nn::Linear(16, 3));
  EXPECT_EQ(allocations_of(model, nn::MSELoss(), optim::SGD(model.parameters(), {.lr = 0.01}), regression()),
            0U);
}
