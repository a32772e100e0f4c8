#pragma once
// Runs a test with the kernels of every target of this machine.
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "kernels/target.hpp"

namespace hindsight::kernels {

/// body(kernels): those of both members, float and double, on every target that runs here.
template <template <class> class Kernels, class Body>
void on_every_target(const Kernels<float>* TargetKernels::*of_float,
                     const Kernels<double>* TargetKernels::*of_double, const Body& body) {
  for (const Target& target : usable_targets()) {
    const auto run = [&](const auto* kernels, const char* type) {
      if (!kernels) return;
      SCOPED_TRACE(std::string(target.name) + ", " + type);
      body(*kernels);
    };
    run(target.kernels->*of_float, "float");
    run(target.kernels->*of_double, "double");
  }
}

template <template <class> class Kernels, class T>
T number_of(const Kernels<T>&);  // for its type
template <class Kernels>
using NumberOf = decltype(number_of(std::declval<Kernels>()));

}  // namespace hindsight::kernels
