from pelicanconf import *
SITEURL = "https://lavoir.example"
