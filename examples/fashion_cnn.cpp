// A small convolutional network learns Fashion-MNIST: fashion_cnn FOLDER [EPOCHS], FOLDER with the four
// unpacked files (Debian: dataset-fashion-mnist; gunzip).
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <hindsight/hindsight.hpp>

namespace hs = hindsight;
namespace nn = hindsight::nn;

namespace {

/// Images [samples, 1, 28, 28] with pixels of mean 0 and deviation 1, and their classes.
hs::data::Dataset images(const std::string& files) {
  const hs::Tensor pixels = hs::data::read_idx(files + "-images-idx3-ubyte");
  return {((pixels / 255 - 0.286) / 0.353).reshape({pixels.size(0), 1, 28, 28}),
          hs::data::read_idx(files + "-labels-idx1-ubyte", hs::int64)};
}

void learn(const std::string& folder, std::int64_t epochs) {
  const hs::data::Dataset training = images(folder + "/train"), test = images(folder + "/t10k");
  hs::manual_seed(1);
  const nn::Sequential model(nn::Conv2d(1, 16, 3, {.padding = 1}), nn::ReLU(), nn::MaxPool2d(2),   //
                             nn::Conv2d(16, 32, 3, {.padding = 1}), nn::ReLU(), nn::MaxPool2d(2),  //
                             nn::Flatten(), nn::Linear(32 * 7 * 7, 10));
  std::printf("%s\n", model.str().c_str());
  const hs::optim::Adam optimizer(model.parameters(), {.lr = 0.002});
  const auto start = std::chrono::steady_clock::now();
  const auto report = [&](const hs::train::Epoch& epoch) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("epoch %2d  loss %.4f  test loss %.4f  test accuracy %.4f  %6.1f s\n",
                static_cast<int>(epoch.number), epoch.train_loss, epoch.validation->loss,
                epoch.validation->accuracy, seconds);
    std::fflush(stdout);
    return true;
  };
  hs::train::fit(model, nn::CrossEntropyLoss(), optimizer, training, test,
                 {.epochs = epochs, .batch = 100, .on_epoch = report});
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) {
    std::fprintf(stderr, "usage: fashion_cnn FOLDER [EPOCHS]\n");
    return 2;
  }
  learn(argv[1], argc > 2 ? std::atol(argv[2]) : 5);
} catch (const hs::Error& error) {
  std::fprintf(stderr, "fashion_cnn: %s\n", error.what());
  return 1;
}
