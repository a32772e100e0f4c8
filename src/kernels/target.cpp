#include "kernels/target.hpp"

#include <cstdlib>
#include <string>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight::kernels {
namespace {

bool runs_here(std::string_view target) {
#if defined(__x86_64__) || defined(_M_X64)
  __builtin_cpu_init();
  const bool sse4 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
  const bool avx2 = sse4 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  if (target == "sse4") return sse4;
  if (target == "avx2") return avx2;
  return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
#else
  return !target.empty();  // elsewhere there is one, and the compiler was told that the machine has it
#endif
}

Target chosen() {
  const std::vector<Target> usable = usable_targets();
  const char* wanted = std::getenv("HINDSIGHT_TARGET");
  if (!wanted || !*wanted) return usable.front();
  std::string names;
  for (const Target& candidate : usable) {
    if (candidate.name == wanted) return candidate;
    names += (names.empty() ? "" : ", ") + std::string(candidate.name);
  }
  fail<ValueError>("HINDSIGHT_TARGET is \"{}\", and this machine runs {}", wanted, names);
}

}  // namespace

std::vector<Target> usable_targets() {
  std::vector<Target> usable;
  for (const Target& candidate : compiled_targets())
    if (runs_here(candidate.name)) usable.push_back(candidate);
  return usable;
}

const Target& target() {
  static const Target best = chosen();
  return best;
}

template <>
const NarrowKernels<float>& narrow<float>(const Target& target) {
  return *target.kernels->narrow_float;
}
template <>
const NarrowKernels<double>& narrow<double>(const Target& target) {
  return *target.kernels->narrow_double;
}
template <>
const PanelKernels<float>& panels<float>(const Target& target) {
  return *target.kernels->panels_float;
}
template <>
const PanelKernels<double>& panels<double>(const Target& target) {
  return *target.kernels->panels_double;
}

}  // namespace hindsight::kernels
