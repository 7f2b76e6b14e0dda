"""What `docker compose up` is given besides the image, each file written from the code that it must agree with."""
