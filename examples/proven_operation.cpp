// All of somebody else's test in one file: an operation of their own, and its proof. It ends in 1 when
// anything is wrong, so that ctest can run it.
#include <cstdio>
#include <vector>

#include <hindsight/hindsight.hpp>

namespace hs = hindsight;

constexpr hs::Op cube = {
    .name = "cube",
    .latex = "{0}^3",
    .text = "cube({0})",
    .words = "the third power of the input",
    .elementwise = true,
    .rule = [](hs::Operands in, const hs::Attributes&) { return in[0].type(); },
    .forward =
        [](hs::Operands in, const hs::Attributes&, hs::Array& out) {
          const hs::Tensor x(in[0]);
          out = (x * x * x).array();
        },
    .partials = {[](const hs::Tensor& y) { return 3 * y.input(0) * y.input(0); }},
    .samples =
        [] {
          return std::vector<hs::Sample>{{{hs::tensor({-2, -0.5, 0.25, 3})}}};
        },
};

int main() {
  const hs::Opcheck proof = hs::opcheck(cube);
  std::printf("%s", proof.str().c_str());
  return proof.passed() ? 0 : 1;
}
