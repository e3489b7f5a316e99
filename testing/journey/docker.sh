#!/bin/sh
# Stands for Docker with buildx and emulation, as far as the README's commands ask. It builds nothing: the stand-in of the
# Docker provider answers for images.
case "$*" in
version*) echo '28.0.0 amd64' ;;
"buildx version"*) echo 'github.com/docker/buildx v0.20.0' ;;
"buildx inspect"*) printf 'Name: default\nPlatforms: linux/amd64, linux/arm64\n' ;;
"run --privileged --rm tonistiigi/binfmt"*) echo 'installing: arm64 OK' ;;
*)
  echo "The stand-in for Docker does not know: docker $*" >&2
  exit 1
  ;;
esac
