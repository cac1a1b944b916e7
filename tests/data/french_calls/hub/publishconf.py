from pelicanconf import *
SITEURL = 'https://kiosque.example'
