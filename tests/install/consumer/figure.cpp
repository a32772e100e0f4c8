#include <vector>

#include <hindsight/figure.hpp>

int main() {
  hindsight::figure::Figure figure(4, 3);
  figure.axes(0, 0).line(std::vector<double>{0.693, 0.5, 0.25, 0.125}, {.label = "loss"});
  figure.save("consumer.svg");
}
