// Work that is shared out among threads.
#include "base/workers.hpp"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/threads.hpp>

#include "base/flush_to_zero.hpp"

namespace hs = hindsight;

namespace {

class Workers : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { hs::set_num_threads(GetParam()); }
  void TearDown() override { hs::set_num_threads(threads_); }

 private:
  const int threads_ = hs::num_threads();
};

/// A denormal number that the compiler does not know.
double smallest() {
  volatile double number = 1e-300;
  return number * 1e-20;
}

}  // namespace

TEST_P(Workers, DoEachPieceOnce) {
  std::vector<std::atomic<int>> times(1000);
  hs::share_out(times.size(), false, [&](std::size_t i) { ++times[i]; });
  for (const auto& count : times) EXPECT_EQ(count, 1);
}

TEST_P(Workers, DoRunsOfWhichTheLastMayBeShorter) {
  for (const std::size_t count : {0U, 1U, 9U, 10U, 11U, 205U}) {
    std::vector<std::atomic<int>> times(count);
    std::atomic<std::size_t> runs = 0;
    hs::share_out_runs(count, 10, [&](std::size_t begin, std::size_t end) {
      ++runs;
      EXPECT_LT(begin, end);
      EXPECT_LE(end - begin, 10U);
      for (std::size_t i = begin; i < end; ++i) ++times[i];
    });
    for (const auto& time : times) EXPECT_EQ(time, 1);
    EXPECT_EQ(runs, (count + 9) / 10);
  }
}

TEST_P(Workers, ThrowWhatTheFirstHasThrownAndDoTheRest) {
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::atomic<int> done = 0;
    try {
      hs::share_out(200, false, [&](std::size_t i) {
        ++done;
        if (i >= 37) throw std::runtime_error("piece " + std::to_string(i));
      });
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& failure) {
      EXPECT_STREQ(failure.what(), "piece 37");
    }
    EXPECT_EQ(done, 200);
  }
  std::atomic<int> sum = 0;
  hs::share_out(2, false, [&](std::size_t) { ++sum; });
  EXPECT_EQ(sum, 2) << "what was thrown must not come again";
}

TEST_P(Workers, ComputeInTheModeOfTheirCaller) {
  std::vector<double> products(static_cast<std::size_t>(GetParam()));
  const auto multiply = [&] {
    std::latch all(GetParam());  // each thread has one piece
    hs::share_out(products.size(), false, [&](std::size_t i) {
      all.arrive_and_wait();
      products[i] = smallest();
    });
  };
  multiply();
  for (const double product : products) EXPECT_GT(product, 0);
#if defined(__SSE__)
  {
    const hs::FlushToZero flush;
    multiply();
  }
  for (const double product : products) EXPECT_EQ(product, 0);
  multiply();
  for (const double product : products) EXPECT_GT(product, 0);
#endif
}

INSTANTIATE_TEST_SUITE_P(Threads, Workers, testing::Values(1, 2, 4));
