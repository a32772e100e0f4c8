// A compiled step allocates nothing once it is warm: every malloc of this program counts, whether operator
// new calls it or the storage of arrays.
#include <atomic>
#include <cstdlib>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

// glibc lets a program bring its own; a sanitizer has brought one already.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HINDSIGHT_COUNTS_ALLOCATIONS true
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): glibc's own names
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* place, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* place, std::size_t size) noexcept {
  ++allocations;
  return __libc_realloc(place, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  ++allocations;
  return __libc_memalign(alignment, size);
}
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
#else
#define HINDSIGHT_COUNTS_ALLOCATIONS false
#endif

namespace {

/// Allocations of 1,000 warm steps that turn between two batches, as a loader does.
template <class Optimizer, class Loss, class Options>
std::size_t allocations_of(const Loss& loss_fn, const Options& options, hs::DType dtype, double dropped = 0) {
  const nn::Sequential model(nn::Linear(5, 16), nn::Tanh(), nn::Dropout({.p = dropped}), nn::Linear(16, 16),
                             nn::ReLU(), nn::Linear(16, 3));
  model.to(dtype);
  std::vector<Tensor> x, t;
  for (int i = 0; i < 2; ++i) {
    x.push_back(hs::randn({50, 5}).to(dtype));
    t.push_back(hs::rand({50, 3}).to(dtype));
    if (std::is_same_v<Loss, nn::CrossEntropyLoss>) t.back() = t.back().argmax(1);
  }
  auto step = hs::compile([&](const Tensor& in, const Tensor& out) { return loss_fn(model(in), out); },
                          Optimizer(model.parameters(), options));
  for (std::size_t i = 0; i < 4; ++i) step(x[i % 2], t[i % 2]);
  const std::size_t before = allocations;
  for (std::size_t i = 0; i < 1000; ++i) step(x[i % 2], t[i % 2]);
  return allocations - before;
}

class Allocation : public testing::Test {
 protected:
  void SetUp() override {
    if (!HINDSIGHT_COUNTS_ALLOCATIONS) GTEST_SKIP() << "allocations cannot be counted in this build";
  }
};

}  // namespace

TEST_F(Allocation, IsCounted) {
  std::size_t before = allocations;
  const std::vector<double> numbers(1000);
  EXPECT_EQ(allocations - before, 1U);
  EXPECT_EQ(numbers[999], 0);
  for (const std::int64_t few_or_many : {3, 20000000}) {
    before = allocations;
    const hs::Array array({few_or_many}, hs::float32);
    EXPECT_EQ(allocations - before, 1U) << few_or_many;
  }
}

TEST_F(Allocation, NoneInWarmStepsOfSgd) {
  const optim::SGDOptions plain{.lr = 0.01}, clipped{.lr = 0.01, .clip_norm = 0.1},
      momentum{.lr = 0.01, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true};
  for (const hs::DType dtype : {hs::float32, hs::float64}) {
    EXPECT_EQ(allocations_of<optim::SGD>(nn::MSELoss(), plain, dtype), 0U);
    EXPECT_EQ(allocations_of<optim::SGD>(nn::CrossEntropyLoss(), momentum, dtype), 0U);
    EXPECT_EQ(allocations_of<optim::SGD>(nn::L1Loss(), clipped, dtype), 0U);
  }
}

TEST_F(Allocation, NoneInWarmStepsWithDropout) {
  for (const hs::DType dtype : {hs::float32, hs::float64})
    EXPECT_EQ(allocations_of<optim::SGD>(nn::MSELoss(), optim::SGDOptions{.lr = 0.01}, dtype, 0.2), 0U);
}

TEST_F(Allocation, NoneInWarmStepsOfAdam) {
  for (const hs::DType dtype : {hs::float32, hs::float64}) {
    EXPECT_EQ(allocations_of<optim::Adam>(nn::CrossEntropyLoss(), optim::AdamOptions{}, dtype), 0U);
    EXPECT_EQ(allocations_of<optim::AdamW>(nn::MSELoss(), optim::AdamWOptions{}, dtype), 0U);
  }
}

TEST_F(Allocation, NoneInWarmInferenceOnNumbers) {
  const nn::Sequential model(nn::Linear(5, 16), nn::ReLU(), nn::Linear(16, 40), nn::GELU(),
                             nn::Linear(40, 3));
  auto predict = hs::compile(model).on_numbers<float>({2, 5});
  const std::vector<float> x(10, 0.5F);
  std::vector<float> y(6);
  for (int i = 0; i < 2; ++i) predict(x, y);
  const std::size_t before = allocations;
  for (int i = 0; i < 1000; ++i) predict(x, y);
  EXPECT_EQ(allocations - before, 0U);
}
