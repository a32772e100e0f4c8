// The most multiply-adds a core can do, in GFLOP/s: independent chains that never leave the registers.
// Compiled once for each target, whose flags give the width of a vector.
#include "../pace.hpp"

namespace {

#if defined(__AVX512F__)
constexpr std::size_t vector_bytes = 64;
#elif defined(__AVX__)
constexpr std::size_t vector_bytes = 32;
#else
constexpr std::size_t vector_bytes = 16;
#endif
constexpr long repetitions = 20000;
constexpr long chains =
    12;  // more than latency × ports (4 × 2 on current cores), fewer than the 16 registers of SSE and AVX2

template <class T>
struct VectorOf {
  typedef T type __attribute__((vector_size(vector_bytes)));
};

/// GFLOP/s of one core: every chain does c ← c·a + b. Named one by one, since g++ keeps an array of them in
/// memory; the empty assembly keeps it from joining rounds.
template <class T>
double rate(double seconds) {
  using Vector = typename VectorOf<T>::type;
  const auto run = [] {
    const Vector a = Vector{} + T(0.999999), b = Vector{} + T(1e-7);
    Vector c0{}, c1{}, c2{}, c3{}, c4{}, c5{}, c6{}, c7{}, c8{}, c9{}, c10{}, c11{};
    for (long i = 0; i < repetitions; ++i) {
      c0 = c0 * a + b, c1 = c1 * a + b, c2 = c2 * a + b, c3 = c3 * a + b, c4 = c4 * a + b, c5 = c5 * a + b;
      c6 = c6 * a + b, c7 = c7 * a + b, c8 = c8 * a + b, c9 = c9 * a + b, c10 = c10 * a + b,
      c11 = c11 * a + b;
#if defined(__x86_64__)
      asm volatile("" : "+v"(c0), "+v"(c1), "+v"(c2), "+v"(c3), "+v"(c4), "+v"(c5));
      asm volatile("" : "+v"(c6), "+v"(c7), "+v"(c8), "+v"(c9), "+v"(c10), "+v"(c11));
#else
      asm volatile("" : "+w"(c0), "+w"(c1), "+w"(c2), "+w"(c3), "+w"(c4), "+w"(c5));
      asm volatile("" : "+w"(c6), "+w"(c7), "+w"(c8), "+w"(c9), "+w"(c10), "+w"(c11));
#endif
    }
    const Vector sum = c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
    return static_cast<double>(sum[0]);
  };
  const double flops = 2.0 * repetitions * chains * static_cast<double>(vector_bytes / sizeof(T));
  return flops / bench::sample(run, seconds).median_us / 1e3;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_job(argc, argv, [](const bench::Job& job) {
    const auto settings = "\"settings\": \"vectors of " + std::to_string(8 * vector_bytes) + " bits\"";
    bench::take_turns(job, settings, [&] {
      const double gflops = job.dtype == "float32" ? rate<float>(job.seconds) : rate<double>(job.seconds);
      return "{\"gflops\": " + std::to_string(gflops) + "}";
    });
  });
}
